//! Ctrl-C and SIGTERM.

use super::Job;
use crate::error::Result;

impl Job {
    /// Waits for the end; the first Ctrl-C or SIGTERM drains, the second stops at once.
    ///
    /// # Errors
    /// What ended the job before its sources ended; [`ErrorKind::Aborted`](crate::ErrorKind) after
    /// the second signal.
    ///
    /// # Cancel safety
    /// Dropping the future drops the job, which aborts it.
    pub async fn run_until_signalled(&mut self) -> Result<()> {
        if let Some(result) = self.wait_for_signal().await {
            return result;
        }
        tracing::info!("draining; once more stops at once");
        self.request_drain();
        if let Some(result) = self.wait_for_signal().await {
            return result;
        }
        self.stop().await
    }

    async fn stop(&mut self) -> Result<()> {
        tracing::warn!("stopping at once; what is on its way is lost");
        self.abort();
        self.wait().await
    }

    /// Waits for a signal, or for the end: how the job ended.
    async fn wait_for_signal(&mut self) -> Option<Result<()>> {
        tokio::select! {
            biased;
            result = self.wait() => Some(result),
            () = signalled() => None,
        }
    }
}

#[cfg(unix)]
async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = terminate.recv() => {}
            () = interrupted() => {}
        },
        Err(_) => interrupted().await,
    }
}

#[cfg(not(unix))]
async fn signalled() {
    interrupted().await;
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler there is nothing to wait for; the job ends by itself.
        std::future::pending::<()>().await;
    }
}
