//! What all tasks of a job agree on: when to stop, its epochs, and when its loops are empty.
//!
#![doc = include_str!("README.md")]

mod drift;
mod epochs;
mod quiescence;
mod rate_limit;
mod settings;
mod turn;

pub use drift::{Drift, DriftRule, DriftRules, DriftSource, DriftSplit};
pub use epochs::{EpochSource, EpochTail, Epochs};
pub use quiescence::{Activity, LoopHead, LoopTail, Phase, Quiescence};
pub use rate_limit::{RateLimit, Reserved};
pub use settings::{CallLimit, InstanceCallLimit, PauseSwitch};
pub use turn::TaskClock;

use crate::metrics::JobState;
use tokio_util::sync::CancellationToken;

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
    /// Those of the next attempt to run the job: how it is stopped stays, the rest begins anew.
    #[must_use]
    pub fn attempt(&self, drift: Drift) -> Self {
        let (drain, suspend) = (self.drain.clone(), self.suspend.clone());
        Self { drain, suspend, abort: self.abort.child_token(), drift, ..Self::default() }
    }

    /// Whether the job is to stop, in whatever way.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        let signals = [&self.drain, &self.suspend, &self.abort];
        signals.into_iter().any(CancellationToken::is_cancelled)
    }

    /// Waits until the job is to stop.
    ///
    /// # Cancel safety
    /// Cancel safe.
    pub async fn stops(&self) {
        tokio::select! {
            () = self.drain.cancelled() => {}
            () = self.suspend.cancelled() => {}
            () = self.abort.cancelled() => {}
        }
    }

    /// Drains the job, unless it drains already.
    pub fn begin_drain(&self) {
        if !self.drain.is_cancelled() {
            tracing::info!(state = %JobState::Draining, "draining the job");
        }
        self.drain.cancel();
    }
}
