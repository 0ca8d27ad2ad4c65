//! Wall time, behind a trait so that it can be simulated.

use super::EventTime;
use std::fmt;
use std::time::{Duration, Instant, SystemTime};

/// Time on a clock that never goes back, measured from an arbitrary start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Monotonic(pub Duration);

impl Monotonic {
    /// The time since `earlier`.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// Where a job takes the time from.
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// The time on a clock that never goes back.
    fn monotonic(&self) -> Monotonic;

    /// The time of day; it may jump in both directions.
    fn wall(&self) -> EventTime;
}

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl Default for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
    fn default() -> Self {
        Self { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn monotonic(&self) -> Monotonic {
        Monotonic(self.start.elapsed())
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
    fn wall(&self) -> EventTime {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        EventTime::from_micros(super::timestamp::micros(now))
    }
}
