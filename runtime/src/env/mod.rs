//! What a job takes from the world: time, randomness, tasks, files.
//!
//! Nothing in this crate asks the machine directly. A simulation hands in an [`Env`] of its own and
//! the whole engine runs under it.

mod alarm;
mod files;
mod spawn;

pub(crate) use alarm::Alarm;
pub use files::{Files, SystemFiles};
pub use spawn::{Spawn, TaskFuture, TokioSpawn};

use crate::time::{Clock, SystemClock};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a job takes from the world; cheap to clone.
///
/// # Examples
/// ```
/// use millstream::env::Env;
///
/// let env = Env::system().seeded(7);
/// assert_ne!(env.random(), env.random());
/// ```
#[derive(Debug, Clone)]
pub struct Env {
    clock: Arc<dyn Clock>,
    spawn: Arc<dyn Spawn>,
    files: Arc<dyn Files>,
    random: Arc<AtomicU64>,
}

impl Default for Env {
    fn default() -> Self {
        Self::system()
    }
}

impl Env {
    /// The machine's clocks and files, and the tokio runtime that is current at start.
    #[must_use]
    pub fn system() -> Self {
        let clock = SystemClock::default();
        let seed = clock.wall().as_micros().unsigned_abs();
        Self {
            clock: Arc::new(clock),
            spawn: Arc::new(TokioSpawn),
            files: Arc::new(SystemFiles),
            random: Arc::new(AtomicU64::new(seed)),
        }
    }

    /// The same with another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The same with another way to run tasks.
    #[must_use]
    pub fn with_spawn(mut self, spawn: impl Spawn) -> Self {
        self.spawn = Arc::new(spawn);
        self
    }

    /// The same with other files.
    #[must_use]
    pub fn with_files(mut self, files: impl Files) -> Self {
        self.files = Arc::new(files);
        self
    }

    /// The same with randomness that follows from `seed`.
    #[must_use]
    pub fn seeded(mut self, seed: u64) -> Self {
        self.random = Arc::new(AtomicU64::new(seed));
        self
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The files.
    #[must_use]
    pub fn files(&self) -> &dyn Files {
        &*self.files
    }

    /// Runs a task.
    pub fn spawn(&self, task: TaskFuture) {
        self.spawn.spawn(task);
    }

    /// Runs work that blocks its thread, such as reading a file.
    pub fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        self.spawn.spawn_blocking(work);
    }

    /// The next random number (splitmix64: Steele, Lea, Flood, *Fast splittable pseudorandom number
    /// generators*, 2014).
    #[must_use]
    pub fn random(&self) -> u64 {
        let mut bits = self.random.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}
