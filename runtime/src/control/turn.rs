//! The clock of a task: when its turn began, and how long it may last.

use crate::env::Env;
use crate::time::Monotonic;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long a turn lasts at most. A turn costs a few microseconds at its end, as yielding may wake
/// another thread; with a much longer one, other tasks on this thread would wait noticeably.
const TURN: Duration = Duration::from_millis(2);

/// The clock of a task, shared by its loop and its roots, so that it is read once per batch.
///
/// A root reads it at the end of a batch, and stops within a batch that takes longer than a
/// [`turn`](Self::turn). The loop of the task goes by the same reading.
///
/// # Examples
/// ```
/// use millstream::env::Env;
/// use millstream::plumbing::control::TaskClock;
/// use std::time::Duration;
///
/// let clock = TaskClock::new(Env::system(), Duration::from_millis(5));
/// assert_eq!(clock.turn(), Duration::from_millis(2));
/// let now = clock.read();
/// assert_eq!(clock.last(), now);
/// ```
#[derive(Clone)]
pub struct TaskClock(Arc<Readings>);

struct Readings {
    env: Env,
    /// The last reading, in nanoseconds. Only one task uses it.
    last: AtomicU64,
    /// How long an event may wait in a partial batch.
    bound: Duration,
}

impl fmt::Debug for TaskClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskClock").field("last", &self.last()).finish_non_exhaustive()
    }
}

impl TaskClock {
    /// A clock for one task, in whose partial batches no event waits longer than `bound`.
    #[must_use]
    pub fn new(env: Env, bound: Duration) -> Self {
        let clock = Self(Arc::new(Readings { env, last: AtomicU64::new(0), bound }));
        clock.read();
        clock
    }

    /// Reads the clock, for this reading and for [`last`](Self::last).
    #[expect(clippy::must_use_candidate, reason = "`last` returns it too")]
    pub fn read(&self) -> Monotonic {
        let now = self.0.env.clock().monotonic();
        self.0.last.store(now.as_nanos(), Ordering::Relaxed);
        self.last()
    }

    /// The last reading.
    #[must_use]
    pub fn last(&self) -> Monotonic {
        Monotonic::from_nanos(self.0.last.load(Ordering::Relaxed))
    }

    /// How long a task runs before it yields, and a root before it stops within a batch.
    #[must_use]
    pub fn turn(&self) -> Duration {
        TURN.min(self.flush_interval())
    }

    /// How long after the last flush the next one is due. Half the bound: a flush waits for the
    /// end of a turn.
    #[must_use]
    pub fn flush_interval(&self) -> Duration {
        self.0.bound / 2
    }
}
