//! Shutdown by Ctrl-C and SIGTERM.

use super::Job;
use crate::error::Result;

impl Job {
    /// Waits for the end of the job. The first Ctrl-C or SIGTERM [suspends](Job::suspend) a job
    /// with checkpoints and drains any other, and what that waits for is shown; the second aborts
    /// it. On a terminal the [status](super::Status) of the job is shown from now on.
    ///
    /// Use it instead of [`Topology::run`](crate::Topology::run) when `main` needs the handle
    /// afterwards, for metrics say.
    ///
    /// # Errors
    /// The error that ended the job, as for [`wait`](Job::wait);
    /// [`ErrorKind::Aborted`](crate::ErrorKind::Aborted) after the second signal.
    ///
    /// # Cancel safety
    /// If the future is dropped, the job keeps running, and so does a drain that a signal has
    /// started; a later call starts to count signals again.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(numbers = source(from_iter(0..10)), numbers >> ignore);
    /// let mut job = topology.start(Config::default())?;
    /// job.run_until_signalled().await?; // Ctrl-C drains
    /// assert_eq!(job.metrics().node("numbers").unwrap().total().events_out, 10);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run_until_signalled(&mut self) -> Result<()> {
        self.show_status();
        if let Some(result) = self.wait_for_signal().await {
            return result;
        }
        tracing::info!("received a signal; a second one aborts the job");
        self.request_suspend();
        self.show_ending();
        if let Some(result) = self.wait_for_signal().await {
            return result;
        }
        self.stop().await
    }

    async fn stop(&mut self) -> Result<()> {
        tracing::warn!("aborting the job; events in flight are lost");
        self.abort();
        self.wait().await
    }

    /// Waits for a signal, which is `None`, or for the end of the job.
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
        // Without a handler no signal arrives.
        std::future::pending::<()>().await;
    }
}
