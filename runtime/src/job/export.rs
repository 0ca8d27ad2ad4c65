//! Exporting what a job does, until it has ended.

use super::Watch;
use crate::metrics::Exporter;
use futures::StreamExt;

impl Watch {
    /// Exports what the job does once a second, until it has ended: a task of its own, as a rule.
    ///
    /// # Cancel safety
    /// If the future is dropped, the exporter is, and the job goes on.
    ///
    /// # Examples
    /// ```
    /// use millstream::metrics::{Exporter, LiveMetrics};
    /// use millstream::prelude::*;
    ///
    /// struct Print;
    ///
    /// impl Exporter for Print {
    ///     fn export(&mut self, live: &LiveMetrics) {
    ///         println!("{} is {}", live.job, live.state);
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(numbers = source(from_iter(0..10)), numbers >> ignore);
    /// let mut job = topology.start(Config::default())?;
    /// let exported = tokio::spawn(job.watch().export_to(Print));
    /// job.wait().await?;
    /// exported.await.unwrap(); // the last line: "job is ended"
    /// # Ok(())
    /// # }
    /// ```
    pub async fn export_to(mut self, mut exporter: impl Exporter) {
        while let Some(live) = self.next().await {
            exporter.export(&live);
        }
    }
}
