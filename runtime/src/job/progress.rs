//! What has become of a job, as its supervisor knows it.

use crate::error::Result;
use crate::metrics::JobState;
use tokio::sync::watch;

/// What has become of a job. Clones are of the same job.
#[derive(Debug, Clone, Default)]
pub(super) struct JobProgress(watch::Sender<JobState>);

impl JobProgress {
    /// Notes that an attempt has failed, and another may begin.
    pub(super) fn restart(&self) {
        self.0.send_replace(JobState::Restarting);
    }

    /// Notes that an attempt runs.
    pub(super) fn run(&self) {
        self.0.send_replace(JobState::Running);
    }

    /// Notes that the job has ended.
    pub(super) fn end(&self, outcome: &Result<()>) {
        self.0.send_replace(if outcome.is_ok() { JobState::Ended } else { JobState::Failed });
    }

    /// What has become of it.
    pub(super) fn state(&self) -> JobState {
        *self.0.borrow()
    }

    /// Waits for its end.
    ///
    /// # Cancel safety
    /// Cancel safe.
    pub(super) async fn ended(&self) {
        self.0.subscribe().wait_for(|state| state.has_ended()).await.ok();
    }
}
