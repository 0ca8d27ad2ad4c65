//! A window, as an operator sees it.

use super::Firing;
use super::bounds::Bounds;
use super::store::{Events, Stamp};
use crate::time::EventTime;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// All events of one key in one window, in order of time, those of equal time in order of arrival.
///
/// Cheap to pass around: it shares the events with the windows that overlap it.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// #[operator]
/// async fn total(window: Window<u32, f64>) -> (u32, f64) {
///     (*window.key(), window.events().iter().sum())
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let start = EventTime::from_secs(0);
/// let window = Window::of(7, start, start + 60.secs(), [(start, 1.5), (start + 2.secs(), 2.5)]);
/// assert_eq!(total(window).await, (7, 4.0));
/// # });
/// ```
pub struct Window<K, T> {
    key: K,
    start: EventTime,
    end: EventTime,
    firing: Firing,
    events: Arc<Events<T>>,
    range: Range<usize>,
}

impl<K: fmt::Debug, T> fmt::Debug for Window<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Window")
            .field("key", &self.key)
            .field("start", &self.start)
            .field("end", &self.end)
            .field("events", &self.range.len())
            .finish()
    }
}

impl<K, T> Window<K, T> {
    pub(super) fn shared(
        key: K,
        Bounds { start, end }: Bounds,
        events: Arc<Events<T>>,
        range: Range<usize>,
    ) -> Self {
        Self { key, start, end, firing: Firing::OnTime, events, range }
    }

    /// A window with all of these events.
    pub(super) fn whole(key: K, bounds: Bounds, firing: Firing, mut events: Events<T>) -> Self {
        let Bounds { start, end } = bounds;
        events.show_first(end);
        let range = 0..events.values.len();
        Self { key, start, end, firing, events: Arc::new(events), range }
    }

    /// A window with these events, which are put in order of time; for unit tests of operators.
    ///
    /// All of them are [fresh](Window::fresh).
    #[must_use]
    pub fn of(
        key: K,
        start: EventTime,
        end: EventTime,
        events: impl IntoIterator<Item = (EventTime, T)>,
    ) -> Self {
        let events = Events::sorted(events, end);
        Self::whole(key, Bounds { start, end }, Firing::OnTime, events)
    }

    /// The key whose events these are.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// The start of the window, which belongs to it.
    pub fn start(&self) -> EventTime {
        self.start
    }

    /// The end of the window, which does not belong to it.
    pub fn end(&self) -> EventTime {
        self.end
    }

    /// Which of the results of this window this is.
    pub fn firing(&self) -> Firing {
        self.firing
    }

    /// The last moment that belongs to the window: the event time of what follows from it.
    pub fn last_moment(&self) -> EventTime {
        EventTime::from_micros(self.end.as_micros().saturating_sub(1))
    }

    /// The number of events; never 0.
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// Whether there are no events: never, unless made so by hand.
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }

    /// The events.
    pub fn events(&self) -> &[T] {
        self.events.values.get(self.range.clone()).unwrap_or_default()
    }

    /// The times of the events.
    pub fn times(&self) -> impl Iterator<Item = EventTime> {
        self.stamps().iter().map(|stamp| stamp.time)
    }

    fn stamps(&self) -> &[Stamp] {
        self.events.stamps.get(self.range.clone()).unwrap_or_default()
    }

    /// Whether no earlier window has shown the event at a position.
    #[inline]
    pub fn is_fresh(&self, at: usize) -> bool {
        self.stamps().get(at).is_some_and(|stamp| stamp.shown == self.end)
    }

    /// The events that no earlier window has shown, each with its position in
    /// [`events`](Window::events).
    ///
    /// Every event is fresh in exactly one window. In tumbling windows all events are; in sliding
    /// ones it is mostly those after the last slide, to be compared with what came before.
    pub fn fresh(&self) -> impl Iterator<Item = (usize, &T)> {
        let stamped = self.events().iter().zip(self.stamps()).enumerate();
        stamped
            .filter(|(_, (_, stamp))| stamp.shown == self.end)
            .map(|(at, (event, _))| (at, event))
    }
}
