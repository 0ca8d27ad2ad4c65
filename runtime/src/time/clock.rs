//! Processing time, behind a trait so that tests can simulate it.

use super::EventTime;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};
use tokio::runtime::Handle;
use tokio::time::Instant;

/// A moment on a clock that never goes back, measured from an arbitrary start.
///
/// Only differences are meaningful, and only between moments of one [`Clock`].
///
/// # Examples
/// ```
/// use millstream::time::{DurationExt, Monotonic};
///
/// let start = Monotonic(5.secs());
/// let end = start.plus(250.millis());
/// assert_eq!(end.since(start), 250.millis());
/// assert_eq!(start.since(end), 0.secs());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Monotonic(pub Duration);

impl Monotonic {
    /// The time since `earlier`; zero if `earlier` is in fact later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// This moment plus `time`; saturates.
    #[must_use]
    pub fn plus(self, time: Duration) -> Self {
        Self(self.0.saturating_add(time))
    }

    /// The moment of these nanoseconds: what [`as_nanos`](Self::as_nanos) returned.
    #[inline]
    pub(crate) fn from_nanos(nanos: u64) -> Self {
        Self(Duration::from_nanos(nanos))
    }

    /// Its nanoseconds, for an atomic number; saturates, after 584 years.
    #[inline]
    pub(crate) fn as_nanos(self) -> u64 {
        u64::try_from(self.0.as_nanos()).unwrap_or(u64::MAX)
    }
}

/// A future that completes once some time has passed: what [`Clock::sleep`] returns.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Supplies a job with the time; implement it to test a job without waiting.
///
/// Timers set by `timer_after`, idleness and barriers go by this clock. Set it with
/// [`Env::with_clock`](crate::env::Env::with_clock). The default, [`SystemClock`], follows tokio's
/// paused time, so most tests need no clock of their own.
///
/// # Examples
/// A clock that a test moves by hand:
/// ```
/// use millstream::env::Env;
/// use millstream::time::{Clock, DurationExt, EventTime, Monotonic};
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// #[derive(Debug, Clone, Default)]
/// struct Manual(Arc<AtomicU32>);
///
/// impl Clock for Manual {
///     fn monotonic(&self) -> Monotonic {
///         Monotonic(self.0.load(Ordering::Relaxed).secs())
///     }
///     fn wall(&self) -> EventTime {
///         EventTime::from_secs(0) + self.monotonic().0
///     }
/// }
///
/// let clock = Manual::default();
/// let env = Env::system().with_clock(clock.clone());
/// clock.0.store(60, Ordering::Relaxed);
/// assert_eq!(env.clock().wall(), EventTime::from_secs(60));
/// ```
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// Now, on a clock that never goes back.
    fn monotonic(&self) -> Monotonic;

    /// Now, as time of day; it may jump in both directions.
    fn wall(&self) -> EventTime;

    /// Waits until at least `time` has passed.
    ///
    /// The caller checks [`monotonic`](Clock::monotonic) afterwards, so more time may have passed.
    /// The default is tokio's `sleep`, which needs a runtime with time enabled (`#[tokio::main]`
    /// enables it). Outside a runtime it never completes.
    ///
    /// # Cancel safety
    /// Cancel safe: dropping the future has no effect on the clock.
    fn sleep(&self, time: Duration) -> Sleep {
        match Handle::try_current() {
            Ok(_) => Box::pin(tokio::time::sleep(time)),
            Err(_) => Box::pin(std::future::pending()),
        }
    }
}

/// The clocks of the machine, and the default of a job.
///
/// [`monotonic`](Clock::monotonic) and [`sleep`](Clock::sleep) follow tokio's paused time;
/// [`wall`](Clock::wall) does not.
///
/// # Examples
/// ```
/// use millstream::time::{Clock, EventTime, SystemClock};
///
/// let clock = SystemClock::default();
/// let start = clock.monotonic();
/// assert!(clock.monotonic() >= start);
/// assert!(clock.wall() > EventTime::from_secs(1_700_000_000));
/// ```
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
