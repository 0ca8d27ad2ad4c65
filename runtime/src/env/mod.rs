//! The outside world of a job: clock, randomness, tasks and files, all replaceable.
//!
//! The engine never asks the machine directly. A test passes an [`Env`] of its own with
//! [`Config::env`](crate::job::Config::env): a clock that it moves by hand ([`Clock`]), files in
//! memory ([`Files`]), or tasks on an executor of its own ([`Spawn`]), down to a deterministic
//! simulation of the whole job from a seed.
//!
//! # Examples
//! A job on tasks that the program counts:
//! ```
//! use millstream::env::{Env, Spawn, TaskFuture, TokioSpawn};
//! use millstream::prelude::*;
//! use std::sync::Arc;
//! use std::sync::atomic::{AtomicUsize, Ordering};
//!
//! #[derive(Debug, Clone, Default)]
//! struct Counted(Arc<AtomicUsize>);
//!
//! impl Spawn for Counted {
//!     fn spawn(&self, task: TaskFuture) {
//!         self.0.fetch_add(1, Ordering::Relaxed);
//!         TokioSpawn.spawn(task);
//!     }
//!     fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>) {
//!         TokioSpawn.spawn_blocking(work);
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let (tasks, kept) = (Counted::default(), Collected::new());
//! let env = Env::system().with_spawn(tasks.clone());
//! topology!(numbers = source(from_iter([1, 2])), numbers >> sink(kept.sink()))
//!     .run(Config::default().env(env))
//!     .await?;
//! assert_eq!(kept.take(), [1, 2]);
//! assert!(tasks.0.load(Ordering::Relaxed) > 0);
//! # Ok(())
//! # }
//! ```

mod alarm;
#[cfg(test)]
pub(crate) mod disk;
mod durable;
mod files;
mod spawn;
mod system_files;
mod uses;

pub(crate) use alarm::Alarm;
pub(crate) use durable::create_directory;
pub use files::{FileKind, FileLock, FileStatus, Files, ReadAt};
pub use spawn::{Spawn, TaskFuture, TokioSpawn};
pub use system_files::SystemFiles;
pub(crate) use uses::{Access, is_standard};
pub use uses::{FileUse, IfExists};

use crate::time::{Clock, SystemClock};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Supplies a job with clock, randomness, tasks and files; cheap to clone.
///
/// Start from [`Env::system`] and replace what a test needs to control. Clones share everything,
/// including the sequence of random numbers.
///
/// # Examples
/// ```
/// use millstream::env::Env;
///
/// let (one, other) = (Env::system().seeded(7), Env::system().seeded(7));
/// assert_eq!(one.random(), other.random());
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
    /// The machine's clocks and files, and the current tokio runtime; the default of a job.
    ///
    /// Randomness is seeded with the time of day.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::env::Env;
    ///
    /// assert!(Env::system().clock().wall() > EventTime::from_secs(0));
    /// ```
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

    /// Replaces the clock.
    ///
    /// # Examples
    /// ```
    /// use millstream::env::Env;
    /// use millstream::time::{Clock, DurationExt, EventTime, Monotonic};
    ///
    /// #[derive(Debug)]
    /// struct Stopped;
    ///
    /// impl Clock for Stopped {
    ///     fn monotonic(&self) -> Monotonic {
    ///         Monotonic(0.secs())
    ///     }
    ///     fn wall(&self) -> EventTime {
    ///         EventTime::from_secs(0)
    ///     }
    /// }
    ///
    /// let env = Env::system().with_clock(Stopped);
    /// assert_eq!(env.clock().wall(), EventTime::from_secs(0));
    /// ```
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Replaces the executor of tasks and blocking work; see [`Spawn`].
    #[must_use]
    pub fn with_spawn(mut self, spawn: impl Spawn) -> Self {
        self.spawn = Arc::new(spawn);
        self
    }

    /// Replaces the file system of the file connectors; see [`Files`].
    #[must_use]
    pub fn with_files(mut self, files: impl Files) -> Self {
        self.files = Arc::new(files);
        self
    }

    /// Seeds the randomness, to make a run repeatable.
    ///
    /// # Examples
    /// ```
    /// use millstream::env::Env;
    ///
    /// let env = Env::system().seeded(7);
    /// assert_ne!(env.random(), env.random());
    /// assert_ne!(Env::system().seeded(8).random(), Env::system().seeded(7).random());
    /// ```
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

    /// Spawns a task.
    pub fn spawn(&self, task: TaskFuture) {
        self.spawn.spawn(task);
    }

    /// Runs work that blocks its thread, such as reading a file, apart from the tasks.
    pub fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        self.spawn.spawn_blocking(work);
    }

    /// Returns the next random number, uniform over all of `u64`. Not for cryptography.
    ///
    /// The generator is `SplitMix64` (Steele, Lea and Flood, *Fast splittable pseudorandom number
    /// generators*, OOPSLA 2014).
    #[must_use]
    pub fn random(&self) -> u64 {
        let mut bits = self.random.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}
