//! Processing time: when an event is processed, independent of its event time.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Reads processing time, in milliseconds since the epoch. It never goes back.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> u64 + Send + Sync>);

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").finish_non_exhaustive()
    }
}

impl Clock {
    /// The clock of the machine, monotonic from now on.
    pub fn system() -> Self {
        let start = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let since = Instant::now();
        let now = move || start + since.elapsed();
        Self(Arc::new(move || u64::try_from(now().as_millis()).unwrap_or(u64::MAX)))
    }

    /// A clock for tests: starts at `start` and advances by `step` each time it is read.
    pub fn stepping(start: u64, step: u64) -> Self {
        let next = AtomicU64::new(start);
        Self(Arc::new(move || next.fetch_add(step, Ordering::Relaxed)))
    }

    /// Milliseconds since the epoch.
    pub fn now(&self) -> u64 {
        (self.0)()
    }
}
