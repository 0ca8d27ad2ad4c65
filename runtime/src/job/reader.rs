//! Reading the counters of a job apart from its handle.

use crate::env::Env;
use crate::metrics::{CheckpointCounters, EdgeCounters, Metrics, NodeCounters};
use std::sync::Arc;

/// Reads the counters of a job, during its run and after its end. Cheap to clone.
///
/// Returned by [`Job::metrics_reader`](crate::Job::metrics_reader).
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let topology = topology!(numbers = source(from_iter(0..10)), numbers >> ignore);
/// let mut job = topology.start(Config::default())?;
/// let reader = job.metrics_reader();
/// let reporter = reader.clone(); // moves into a task that reports, say
/// job.wait().await?;
/// let events_out = |read: millstream::metrics::Metrics| read.node("numbers").map(|n| n.total());
/// assert_eq!(events_out(reporter.read()), events_out(reader.read()));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct MetricsReader {
    pub(super) counters: Vec<NodeCounters>,
    pub(super) edges: Vec<Arc<EdgeCounters>>,
    pub(super) checkpoints: Option<CheckpointCounters>,
    /// Its clock says how long a source has been held.
    pub(super) env: Env,
}

impl MetricsReader {
    /// Reads the counters of every node, as [`Job::metrics`](crate::Job::metrics) does.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(numbers = source(from_iter(0..10)), numbers >> ignore);
    /// let mut job = topology.start(Config::default())?;
    /// let reader = job.metrics_reader();
    /// job.wait().await?;
    /// drop(job);
    /// assert_eq!(reader.read().node("numbers").unwrap().total().events_out, 10);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn read(&self) -> Metrics {
        let now = self.env.clock().monotonic();
        Metrics::read(&self.counters, self.checkpoints.as_ref(), now)
    }
}
