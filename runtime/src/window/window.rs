//! The events of one window, as an operator receives them.

use super::Firing;
use super::bounds::Bounds;
use super::store::{Events, Stamp};
use crate::time::EventTime;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// All events of one key in one window, for operators that need the events themselves.
///
/// Take it as the event of an operator downstream of
/// [`window`](crate::builder::KeyedStream::window). If one pass over the events is enough, an
/// [`Aggregate`](super::Aggregate) needs less memory. Events are in order of event time, those of
/// equal time in order of arrival.
///
/// Moving a window is cheap, because overlapping windows share their events. An operator that keeps
/// a window after it has returned causes a copy of its events.
///
/// # Examples
/// An operator on windows, tested on its own:
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

impl<K: Clone, T> Clone for Window<K, T> {
    /// Cheap: the clone shares the events.
    fn clone(&self) -> Self {
        let (key, events) = (self.key.clone(), Arc::clone(&self.events));
        Self { key, events, range: self.range.clone(), ..*self }
    }
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

    /// A window of all of `events`, which are in order of time.
    pub(super) fn whole(key: K, bounds: Bounds, firing: Firing, mut events: Events<T>) -> Self {
        let Bounds { start, end } = bounds;
        events.show_first(end);
        let range = 0..events.values.len();
        Self { key, start, end, firing, events: Arc::new(events), range }
    }

    /// Creates a window to test an operator with; `events` may be in any order.
    ///
    /// It fires on time, and all its events are [fresh](Window::fresh). Whether their times are in
    /// the window is not checked.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let at = EventTime::from_secs;
    /// let window = Window::of("north", at(0), at(60), [(at(9), "b"), (at(2), "a")]);
    /// assert_eq!(window.events(), ["a", "b"]);
    /// assert_eq!(window.firing(), Firing::OnTime);
    /// ```
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

    /// Returns the key of the events.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// Returns the start of the window, inclusive.
    pub fn start(&self) -> EventTime {
        self.start
    }

    /// Returns the end of the window, exclusive.
    pub fn end(&self) -> EventTime {
        self.end
    }

    /// Returns whether the window fired early, on time or late.
    pub fn firing(&self) -> Firing {
        self.firing
    }

    /// Returns the last microsecond in the window: the event time of what an operator emits for it.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let at = EventTime::from_secs;
    /// let window = Window::of((), at(0), at(60), [(at(2), 'a')]);
    /// assert_eq!(window.last_moment().as_micros(), 59_999_999);
    /// ```
    pub fn last_moment(&self) -> EventTime {
        EventTime::from_micros(self.end.as_micros().saturating_sub(1))
    }

    /// Returns the number of events: at least 1 in a window that fired.
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// Returns whether there are no events, which is only possible in a window made by
    /// [`of`](Window::of).
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }

    /// Returns the events in order of event time, those of equal time in order of arrival.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn spread(window: Window<String, u32>) -> Option<u32> {
    ///     let prices = window.events();
    ///     Some(prices.iter().max()? - prices.iter().min()?)
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let at = EventTime::from_secs;
    /// let prices = [(at(1), 310), (at(2), 295), (at(3), 302)];
    /// assert_eq!(spread(Window::of("gold".into(), at(0), at(60), prices)).await, Some(15));
    /// # });
    /// ```
    pub fn events(&self) -> &[T] {
        self.events.values.get(self.range.clone()).unwrap_or_default()
    }

    /// Returns the event times, in the order of [`events`](Window::events).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let at = EventTime::from_secs;
    /// let window = Window::of((), at(0), at(60), [(at(2), 'a'), (at(9), 'b')]);
    /// let longest_pause = window.times().zip(window.times().skip(1)).map(|(a, b)| b - a).max();
    /// assert_eq!(longest_pause, Some(7.secs()));
    /// ```
    pub fn times(&self) -> impl Iterator<Item = EventTime> {
        self.stamps().iter().map(|stamp| stamp.time)
    }

    fn stamps(&self) -> &[Stamp] {
        self.events.stamps.get(self.range.clone()).unwrap_or_default()
    }

    /// Returns whether the event at position `at` of [`events`](Window::events) is fresh: in no
    /// earlier window of its key.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let at = EventTime::from_secs;
    /// let window = Window::of((), at(0), at(60), [(at(2), 'a')]);
    /// assert!(window.is_fresh(0));
    /// assert!(!window.is_fresh(1)); // there is no such event
    /// ```
    #[inline]
    pub fn is_fresh(&self, at: usize) -> bool {
        self.stamps().get(at).is_some_and(|stamp| stamp.shown == self.end)
    }

    /// Returns the events that are in no earlier window, each with its position in
    /// [`events`](Window::events).
    ///
    /// Use it in overlapping windows to judge every event once, against those before it: each event
    /// is fresh in exactly one window. In tumbling windows all events are fresh, in sliding ones
    /// mostly those since the last slide.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// /// The prices above all earlier ones of the window.
    /// #[operator]
    /// async fn records(window: Window<u32, i64>) -> Vec<i64> {
    ///     let above = |at: usize, price: i64| window.events()[..at].iter().all(|it| *it < price);
    ///     let records = window.fresh().filter(|(at, price)| above(*at, **price));
    ///     records.map(|(_, price)| *price).collect()
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let at = EventTime::from_secs;
    /// let prices = [(at(1), 10), (at(2), 8), (at(3), 12)];
    /// assert_eq!(records(Window::of(7, at(0), at(60), prices)).await, [10, 12]);
    /// # });
    /// ```
    pub fn fresh(&self) -> impl Iterator<Item = (usize, &T)> {
        let stamped = self.events().iter().zip(self.stamps()).enumerate();
        stamped
            .filter(|(_, (_, stamp))| stamp.shown == self.end)
            .map(|(at, (event, _))| (at, event))
    }
}
