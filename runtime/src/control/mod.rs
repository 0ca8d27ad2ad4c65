//! What all tasks of a job agree on: when to stop, its epochs, and when its loops are empty.
//!
#![doc = include_str!("README.md")]

mod drift;
mod epochs;
mod quiescence;
mod turn;

pub use drift::{Drift, DriftRule, DriftRules, DriftSource, DriftSplit};
pub use epochs::{EpochSource, EpochTail, Epochs};
pub use quiescence::{Activity, LoopHead, LoopTail, Phase, Quiescence};
use tokio_util::sync::CancellationToken;
pub use turn::TaskClock;

/// Shared by all tasks of a job: how it is stopped, and the protocols among its tasks. Clones
/// belong to the same job.
#[derive(Debug, Clone, Default)]
pub struct JobControl {
    /// Cancelled to drain the job: sources stop, events in flight are processed.
    pub drain: CancellationToken,
    /// Cancelled to suspend the job: its last checkpoint is taken, and nothing ends.
    pub suspend: CancellationToken,
    /// Cancelled once the last checkpoint of a suspended job is durable: all tasks are dropped.
    pub suspended: CancellationToken,
    /// Cancelled to abort the job: all tasks are dropped.
    pub abort: CancellationToken,
    /// Begins epochs, and tracks which sources and sinks have passed each barrier.
    pub epochs: Epochs,
    /// Holds sources that are ahead of those they are joined with.
    pub drift: Drift,
    /// Detects that no event is in flight in any loop.
    pub quiescence: Quiescence,
}

impl JobControl {
    /// Drains the job, unless it drains already.
    pub fn begin_drain(&self) {
        if !self.drain.is_cancelled() {
            tracing::info!("draining the job");
        }
        self.drain.cancel();
    }
}
