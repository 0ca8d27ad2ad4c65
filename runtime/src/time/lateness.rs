//! How a watermark is made from the times of events.

use super::EventTime;
use super::timestamp::micros;
use std::time::Duration;

/// Bounded lateness: events arrive at most this much later than a younger one.
///
/// The watermark stands this much before the greatest time seen. Larger values wait longer for
/// stragglers and keep windows open longer; an event that comes later still is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lateness {
    bound_micros: i64,
}

/// Events arrive at most `bound` later than a younger one.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let strategy = lateness(2.secs());
/// assert_eq!(strategy.watermark(EventTime::from_secs(10)), EventTime::from_secs(8));
/// ```
#[must_use]
pub fn lateness(bound: Duration) -> Lateness {
    Lateness { bound_micros: micros(bound) }
}

impl Lateness {
    /// The watermark when `greatest` is the greatest event time seen.
    #[must_use]
    pub fn watermark(self, greatest: EventTime) -> EventTime {
        EventTime::from_micros(greatest.as_micros().saturating_sub(self.bound_micros))
    }
}
