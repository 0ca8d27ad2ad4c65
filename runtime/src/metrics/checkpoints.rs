//! What has become of the checkpoints of a job.

use crate::time::Monotonic;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The checkpoints of a job at one moment, and how often it has restarted.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// # let name = format!("millstream-metrics-{}", std::process::id());
/// # let directory = std::env::temp_dir().join(name);
/// let topology = topology!(
///     job("numbers", at_least_once),
///     numbers = source(from_iter_again(0..10)),
///     numbers >> ignore,
/// );
/// let mut job = topology.start(Config::default().checkpoints(&directory))?;
/// job.wait().await?;
/// let metrics = job.metrics();
/// let checkpoints = metrics.checkpoints().expect("the job is at_least_once");
/// assert_eq!((checkpoints.failed, checkpoints.restarts), (0, 0));
/// assert!(checkpoints.last.is_some_and(|last| last.bytes > 0));
/// # std::fs::remove_dir_all(directory).ok();
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CheckpointMetrics {
    /// Checkpoints that have become durable in this run.
    pub durable: u64,
    /// Checkpoints that could not be written; the next contains what they would have, unless the
    /// job restarts before it.
    pub failed: u64,
    /// Attempts to make the output of a checkpoint visible that have failed: they are repeated, and
    /// the output of `exactly_once` sinks is behind meanwhile.
    pub commits_failed: u64,
    /// Restarts within the process, after failures.
    pub restarts: u64,
    /// The last durable checkpoint.
    pub last: Option<LastCheckpoint>,
}

/// The last durable checkpoint of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastCheckpoint {
    /// Its number in the directory.
    pub number: u64,
    /// The bytes of its file: what has changed since the one before, unless it is the first.
    pub bytes: u64,
    /// From its begin until the barrier had passed every place that keeps something, and all sinks
    /// had made their output durable.
    pub alignment: Duration,
    /// From then until its file was durable.
    pub writing: Duration,
    /// The time since it became durable: what would be processed again after a failure now.
    pub age: Duration,
}

/// Collects them, while the job runs. Clones belong to the same job.
#[derive(Debug, Clone, Default)]
pub(crate) struct CheckpointCounters(Arc<Mutex<CheckpointsNoted>>);

#[derive(Debug, Default)]
struct CheckpointsNoted {
    metrics: CheckpointMetrics,
    /// When the last one became durable.
    at: Monotonic,
    /// The bytes of each node in it, by instance.
    sizes: BTreeMap<String, Vec<u64>>,
}

impl CheckpointCounters {
    /// Notes a durable checkpoint, as young as can be, and the bytes of each node in it.
    pub(crate) fn note(
        &self,
        last: LastCheckpoint,
        sizes: BTreeMap<String, Vec<u64>>,
        now: Monotonic,
    ) {
        let mut noted = self.lock();
        noted.metrics.durable += 1;
        noted.metrics.last = Some(last);
        (noted.at, noted.sizes) = (now, sizes);
    }

    /// The bytes of an instance of a node in the last durable checkpoint, if it has any of the
    /// node.
    pub(crate) fn size_of(&self, node: &str, instance: usize) -> Option<u64> {
        self.lock().sizes.get(node)?.get(instance).copied()
    }

    /// How many checkpoints have become durable: whether the job has come further.
    pub(crate) fn durable(&self) -> u64 {
        self.lock().metrics.durable
    }

    pub(crate) fn restarts(&self) -> u64 {
        self.lock().metrics.restarts
    }

    pub(crate) fn failed(&self) {
        self.lock().metrics.failed += 1;
    }

    pub(crate) fn commit_failed(&self) {
        self.lock().metrics.commits_failed += 1;
    }

    pub(crate) fn restarted(&self) {
        self.lock().metrics.restarts += 1;
    }

    /// Reads them; `now` is by the job's clock.
    pub(super) fn read(&self, now: Monotonic) -> CheckpointMetrics {
        let noted = self.lock();
        let mut metrics = noted.metrics;
        if let Some(last) = &mut metrics.last {
            last.age = now.since(noted.at);
        }
        metrics
    }

    fn lock(&self) -> MutexGuard<'_, CheckpointsNoted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for CheckpointMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "checkpoints  {} durable", self.durable)?;
        for (what, count) in [
            ("failed", self.failed),
            ("commits failed", self.commits_failed),
            ("restarts", self.restarts),
        ] {
            if count > 0 {
                write!(f, "  {count} {what}")?;
            }
        }
        let Some(LastCheckpoint { number, bytes, alignment, writing, age }) = self.last else {
            return Ok(());
        };
        write!(f, "  last: number {number}, {bytes} bytes, aligned in {alignment:?}")?;
        write!(f, ", written in {writing:?}, {age:?} ago")
    }
}
