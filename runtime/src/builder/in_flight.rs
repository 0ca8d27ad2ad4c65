//! The number of calls in flight of an operator that awaits, where it is wired.

use super::stream::Stream;

impl<T, M, S, C> Stream<T, M, S, C> {
    /// Sets how many calls of the operator that emits this stream are in flight at once, for each
    /// instance: instead of the `in_flight` of `#[operator]`, where the number depends on the job
    /// rather than on the function.
    ///
    /// In [`topology!`](macro@crate::topology) it stands behind the operator:
    /// `hits >> located(geo).in_flight(128)`, also `* 4`. From 1 to 4,096;
    /// [`tune`](crate::Job::tune) changes it while the job runs. Any other number, and an operator
    /// that never awaits, are refused: by the compiler in `topology!`, otherwise at start.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[operator]
    /// async fn asked(address: u32) -> (u32, &'static str) {
    ///     tokio::time::sleep(Duration::from_millis(20)).await;
    ///     (address, "LU")
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> millstream::Result<()> {
    /// let (found, begun) = (Collected::new(), tokio::time::Instant::now());
    /// let job = Builder::new("places");
    /// let hits = job.source(from_iter(0..200));
    /// // in topology!: hits >> asked.in_flight(128) >> sink(…)
    /// hits.then(asked {}).in_flight(128).sink(found.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(found.take().len(), 200);
    /// assert!(begun.elapsed() < Duration::from_millis(50), "two rounds of up to 128 calls");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn in_flight(self, calls: usize) -> Self {
        self.declared.set_in_flight(calls);
        self
    }
}
