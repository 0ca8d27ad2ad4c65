//! The watermark that marked events say.

use super::{EventTime, Idleness, Watermarks};
use std::fmt;
use std::time::Duration;

/// Some events say how far event time has come: the watermark rises to the greatest they say.
#[derive(Clone)]
pub struct Punctuated<F> {
    mark: F,
    greatest: EventTime,
    idleness: Idleness,
}

impl<F> fmt::Debug for Punctuated<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Punctuated")
            .field("greatest", &self.greatest)
            .field("idleness", &self.idleness)
            .finish_non_exhaustive()
    }
}

/// The watermark rises to what `mark` says of an event; `None` says nothing.
///
/// An event that says `Some(w)` promises that no event with a time before `w` follows. In
/// [`topology!`](crate::topology!) the closure needs no type, `punctuated(|event| …)`; elsewhere it
/// does, `punctuated(|event: &Reading| …)`.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// struct Reading {
///     at: EventTime,
///     last_of_its_hour: bool,
/// }
///
/// let readings = [(1, false), (3, true), (2, false), (4, false)];
/// let readings = readings.map(|(hour, last_of_its_hour)| Reading {
///     at: EventTime::from_secs(3_600 * hour),
///     last_of_its_hour,
/// });
/// let (seen, late) = (Collected::new(), Collected::new());
/// let topology = topology!(
///     readings = source(from_iter(readings))
///         >> event_time(|r| r.at, punctuated(|r| r.last_of_its_hour.then_some(r.at))),
///     sorted = readings >> in_order(|_| ()),
///     sorted >> sink(seen.sink()),
///     sorted.late >> sink(late.sink()),
/// );
/// topology.run(Config::default().batch(1)).await.unwrap();
/// assert_eq!((seen.take().len(), late.take().len()), (3, 1));
/// # });
/// ```
#[must_use]
pub fn punctuated<F>(mark: F) -> Punctuated<F> {
    Punctuated { mark, greatest: EventTime::MIN, idleness: Idleness::default() }
}

impl<F> Punctuated<F> {
    /// A stream without events counts as idle after this long, instead of 60 s.
    #[must_use]
    pub fn idle_after(self, wait: Duration) -> Self {
        Self { idleness: Idleness::After(wait), ..self }
    }

    /// A stream without events never counts as idle: others wait for it.
    #[must_use]
    pub fn never_idle(self) -> Self {
        Self { idleness: Idleness::Never, ..self }
    }
}

impl<T, F> Watermarks<T> for Punctuated<F>
where
    F: Fn(&T) -> Option<EventTime> + Clone + Send + 'static,
{
    #[inline]
    fn observe(&mut self, event: &T, _: EventTime) {
        if let Some(mark) = (self.mark)(event) {
            self.greatest = self.greatest.max(mark);
        }
    }

    #[inline]
    fn watermark(&mut self) -> EventTime {
        self.greatest
    }

    fn idleness(&self) -> Idleness {
        self.idleness
    }
}
