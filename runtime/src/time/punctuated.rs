//! The watermark that events carry.

use super::{EventTime, Idleness, Watermarks};
use std::fmt;
use std::time::Duration;

/// A watermark strategy for streams whose events carry the watermark, made by [`punctuated`].
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

/// Makes watermarks from events that carry one: heartbeats, the last event of a file or hour.
///
/// `mark` is called for every event. `Some(w)` promises that no event with a time before `w`
/// follows; the watermark is the greatest `w` so far. `None` leaves it as it is.
///
/// In [`topology!`](crate::topology!) the closure needs no type, `punctuated(|event| …)`; elsewhere
/// it does, `punctuated(|event: &Reading| …)`.
///
/// The stream counts as idle after 60 s without events; see [`Punctuated::idle_after`] and
/// [`Punctuated::never_idle`].
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
/// topology.run(Config::default()).await.unwrap();
/// assert_eq!((seen.take().len(), late.take().len()), (3, 1));
/// # });
/// ```
#[must_use]
pub fn punctuated<F>(mark: F) -> Punctuated<F> {
    Punctuated { mark, greatest: EventTime::MIN, idleness: Idleness::default() }
}

impl<F> Punctuated<F> {
    /// Sets how long the stream is without events before it counts as idle; 60 s by default.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::time::{Idleness, Watermarks};
    ///
    /// let hourly = punctuated(|at: &EventTime| Some(*at)).idle_after(2.hours());
    /// assert_eq!(hourly.idleness(), Idleness::After(2.hours()));
    /// ```
    #[must_use]
    pub fn idle_after(self, wait: Duration) -> Self {
        Self { idleness: Idleness::After(wait), ..self }
    }

    /// Lets the watermark follow the job's clock after this long without an event, as
    /// [`Lateness::follow_clock_after`](super::Lateness::follow_clock_after) does.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::time::{Idleness, Watermarks};
    ///
    /// let hourly = punctuated(|at: &EventTime| Some(*at)).follow_clock_after(2.hours());
    /// assert_eq!(hourly.idleness(), Idleness::FollowClock(2.hours()));
    /// ```
    #[must_use]
    pub fn follow_clock_after(self, wait: Duration) -> Self {
        Self { idleness: Idleness::FollowClock(wait), ..self }
    }

    /// Never counts the stream as idle: inputs merged with it wait for its watermark.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::time::{Idleness, Watermarks};
    ///
    /// let hourly = punctuated(|at: &EventTime| Some(*at)).never_idle();
    /// assert_eq!(hourly.idleness(), Idleness::Never);
    /// ```
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

    #[inline]
    fn suspect_until(&self) -> EventTime {
        self.greatest
    }

    fn save(&self) -> Option<EventTime> {
        Some(self.greatest)
    }

    fn restore(&mut self, from: EventTime) {
        self.greatest = from;
    }

    fn idleness(&self) -> Idleness {
        self.idleness
    }
}
