//! Ctrl-C and SIGTERM.

use super::Job;
use crate::error::Result;

impl Job {
    /// Waits for the end; the first Ctrl-C or SIGTERM drains, the second stops at once.
    ///
    /// # Errors
    /// What ended the job before its sources ended; [`ErrorKind::Aborted`](crate::ErrorKind) after
    /// the second signal.
    pub async fn run_until_signalled(&mut self) -> Result<()> {
        let mut draining = false;
        loop {
            tokio::select! {
                biased;
                result = self.wait() => return result,
                () = signalled() => {
                    if draining {
                        tracing::warn!("stopping at once; what is on its way is lost");
                        self.abort();
                    } else {
                        tracing::info!("draining; once more stops at once");
                        self.request_drain();
                        draining = true;
                    }
                }
            }
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
