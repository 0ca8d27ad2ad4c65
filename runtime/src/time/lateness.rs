//! The watermark at a fixed distance behind the greatest time.

use super::timestamp::micros;
use super::{EventTime, Idleness, Watermarks};
use std::time::Duration;

/// A watermark strategy for events that are out of order by a bounded time, made by [`lateness`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lateness {
    bound_micros: i64,
    greatest: EventTime,
    idleness: Idleness,
}

/// Makes watermarks for events that are out of order by at most `bound`.
///
/// The watermark is the greatest event time so far minus `bound`. A larger bound waits longer for
/// stragglers, so windows stay open longer and hold more state; an event that arrives beyond it is
/// late. The bound counts in microseconds; zero is for events in order.
///
/// The stream counts as idle after 60 s without events; see [`Lateness::idle_after`] and
/// [`Lateness::never_idle`].
///
/// This is the *bounded out-of-orderness* strategy of the Dataflow model (Akidau et al., VLDB
/// 2015) and its implementations.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::time::Watermarks;
///
/// let mut strategy = lateness(2.secs()).idle_after(10.secs());
/// strategy.observe(&"event", EventTime::from_secs(10));
/// strategy.observe(&"event", EventTime::from_secs(9));
/// assert_eq!(Watermarks::<&str>::watermark(&mut strategy), EventTime::from_secs(8));
/// ```
#[must_use]
pub fn lateness(bound: Duration) -> Lateness {
    let (greatest, idleness) = (EventTime::MIN, Idleness::default());
    Lateness { bound_micros: micros(bound), greatest, idleness }
}

impl Lateness {
    /// Sets how long the stream is without events before it counts as idle; 60 s by default.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::time::{Idleness, Watermarks};
    ///
    /// let strategy = lateness(2.secs()).idle_after(5.secs());
    /// assert_eq!(Watermarks::<u64>::idleness(&strategy), Idleness::After(5.secs()));
    /// ```
    #[must_use]
    pub fn idle_after(self, wait: Duration) -> Self {
        Self { idleness: Idleness::After(wait), ..self }
    }

    /// Never counts the stream as idle: inputs merged with it wait for its watermark.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::time::{Idleness, Watermarks};
    ///
    /// let strategy = lateness(2.secs()).never_idle();
    /// assert_eq!(Watermarks::<u64>::idleness(&strategy), Idleness::Never);
    /// ```
    #[must_use]
    pub fn never_idle(self) -> Self {
        Self { idleness: Idleness::Never, ..self }
    }
}

impl<T> Watermarks<T> for Lateness {
    #[inline(always)]
    fn observe(&mut self, _: &T, time: EventTime) {
        self.greatest = self.greatest.max(time);
    }

    #[inline(always)]
    fn watermark(&mut self) -> EventTime {
        EventTime::from_micros(self.greatest.as_micros().saturating_sub(self.bound_micros))
    }

    fn idleness(&self) -> Idleness {
        self.idleness
    }
}
