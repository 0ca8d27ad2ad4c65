//! The watermark that stands a bound behind the greatest time.

use super::timestamp::micros;
use super::{EventTime, Idleness, Watermarks};
use std::time::Duration;

/// Bounded lateness: events arrive at most this much later than a younger one.
///
/// The watermark stands this much before the greatest time seen. Larger values wait longer for
/// stragglers and keep windows open longer; an event that comes later still is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lateness {
    bound_micros: i64,
    greatest: EventTime,
    idleness: Idleness,
}

/// Events arrive at most `bound` later than a younger one.
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
