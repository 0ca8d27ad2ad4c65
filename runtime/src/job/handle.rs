//! A running job, in the hands of the program around it.

use crate::control::JobControl;
use crate::error::{Error, ErrorKind, Result};
use crate::metrics::{Metrics, NodeCounters};
use crate::plan::Plan;
use tokio::sync::oneshot;

/// A running job. Dropping it aborts the job.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let numbers = Collected::new();
/// let topology = topology!(job("count"), source(from_iter(0..10)) >> sink(numbers.sink()));
/// let mut job = topology.start(Config::default())?;
/// job.wait().await?;
/// assert_eq!(job.metrics().node("source").unwrap().total().events_out, 10);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Job {
    plan: Plan,
    counters: Vec<NodeCounters>,
    control: JobControl,
    finished: oneshot::Receiver<Result<()>>,
    /// How the job ended, once that is known.
    ended: Option<Result<()>>,
}

impl Job {
    pub(super) fn new(
        plan: Plan,
        counters: Vec<NodeCounters>,
        control: JobControl,
        finished: oneshot::Receiver<Result<()>>,
    ) -> Self {
        Self { plan, counters, control, finished, ended: None }
    }

    /// Waits for the end of the job; further calls return the same result.
    ///
    /// # Errors
    /// What ended the job before its sources ended; [`ErrorKind::Aborted`] after
    /// [`abort`](Job::abort).
    ///
    /// # Cancel safety
    /// Nothing is lost: the job goes on and can be waited for again.
    pub async fn wait(&mut self) -> Result<()> {
        if let Some(ended) = &self.ended {
            return ended.clone();
        }
        let result = (&mut self.finished).await.unwrap_or_else(|_gone| {
            let message = "the runtime was shut down before the job ended";
            Err(Error::new(ErrorKind::Aborted, message))
        });
        self.ended = Some(result.clone());
        result
    }

    /// Stops the sources, works through what is in flight, and waits for the end.
    ///
    /// Windows that are still open fire as at the end of input.
    ///
    /// # Errors
    /// What ended the job before.
    ///
    /// # Cancel safety
    /// The sources are stopped by the first poll; the job goes on draining if the future is
    /// dropped, and [`wait`](Job::wait) waits for its end.
    pub async fn drain(&mut self) -> Result<()> {
        self.control.drain.cancel();
        self.wait().await
    }

    /// Stops at once: events in flight are dropped.
    pub fn abort(&self) {
        self.control.abort.cancel();
    }

    /// Reads the job's counters while the job is waited for.
    #[must_use]
    pub fn metrics_reader(&self) -> MetricsReader {
        MetricsReader { counters: self.counters.clone() }
    }

    /// The counters of every node so far.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        Metrics::read(&self.counters)
    }

    /// How the job runs.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(super) fn request_drain(&self) {
        self.control.drain.cancel();
    }
}

/// Reads a job's counters, also after its end.
#[derive(Debug, Clone)]
pub struct MetricsReader {
    counters: Vec<NodeCounters>,
}

impl MetricsReader {
    /// The counters of every node so far.
    #[must_use]
    pub fn read(&self) -> Metrics {
        Metrics::read(&self.counters)
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.control.abort.cancel();
    }
}
