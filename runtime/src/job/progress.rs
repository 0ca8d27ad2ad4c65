//! What has become of a job, as its supervisor knows it.

use crate::error::Result;
use crate::metrics::JobState;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// What has become of a job. Clones are of the same job.
#[derive(Debug, Clone, Default)]
pub(super) struct JobProgress {
    state: Arc<Mutex<JobState>>,
    /// Cancelled at its end.
    ended: CancellationToken,
}

impl JobProgress {
    /// Notes that an attempt has failed, and another may begin.
    pub(super) fn restart(&self) {
        *self.lock() = JobState::Restarting;
    }

    /// Notes that an attempt runs.
    pub(super) fn run(&self) {
        *self.lock() = JobState::Running;
    }

    /// Notes that the job has ended.
    pub(super) fn end(&self, outcome: &Result<()>) {
        *self.lock() = if outcome.is_ok() { JobState::Ended } else { JobState::Failed };
        self.ended.cancel();
    }

    /// What has become of it.
    pub(super) fn state(&self) -> JobState {
        *self.lock()
    }

    /// Waits for its end.
    ///
    /// # Cancel safety
    /// Cancel safe.
    pub(super) async fn ended(&self) {
        self.ended.cancelled().await;
    }

    fn lock(&self) -> MutexGuard<'_, JobState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
