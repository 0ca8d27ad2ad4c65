//! Wall time, behind a trait so that it can be simulated.

use super::EventTime;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};
use tokio::runtime::Handle;
use tokio::time::Instant;

/// Time on a clock that never goes back, measured from an arbitrary start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Monotonic(pub Duration);

impl Monotonic {
    /// The time since `earlier`.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// The moment that is this much later.
    #[must_use]
    pub fn plus(self, time: Duration) -> Self {
        Self(self.0.saturating_add(time))
    }
}

/// Ends when some time has passed.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where a job takes the time from.
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// The time on a clock that never goes back.
    fn monotonic(&self) -> Monotonic;

    /// The time of day; it may jump in both directions.
    fn wall(&self) -> EventTime;

    /// Ends when this much time has passed, or some more; what waits for it then looks at
    /// [`monotonic`](Clock::monotonic).
    ///
    /// It is tokio's unless you write it. That one needs a runtime whose time is enabled, as it is
    /// under `#[tokio::main]`; without any runtime it never ends.
    fn sleep(&self, time: Duration) -> Sleep {
        match Handle::try_current() {
            Ok(_) => Box::pin(tokio::time::sleep(time)),
            Err(_) => Box::pin(std::future::pending()),
        }
    }
}

/// The machine's clocks; under tokio's paused time, that.
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
