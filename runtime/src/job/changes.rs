//! Changing a job while it runs: what it reads, and how its nodes work.

use super::{Controls, Job, Tuned};
use crate::error::Result;

impl Job {
    /// Returns a handle that changes the job and is independent of this one: for a task that does
    /// so while the job is waited for.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(ticks = source(from_iter(0_u64..1_000)), ticks >> ignore);
    /// let mut job = topology.start(Config::default())?;
    /// let controls = job.controls();
    /// controls.pause("ticks")?;
    /// tokio::spawn(async move { controls.resume("ticks") });
    /// job.wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn controls(&self) -> Controls {
        self.controls.clone()
    }

    /// Looks up a node, to change how it works while the job runs: see [`Tuned`].
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the job has no such node.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator(in_flight = 4)]
    /// async fn asked(address: u32) -> u32 {
    ///     tokio::task::yield_now().await;
    ///     address
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(asked = source(from_iter(0..100)) >> asked, asked >> ignore);
    /// let mut job = topology.start(Config::default())?;
    /// job.tune("asked")?.in_flight(128)?;
    /// job.wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn tune(&self, node: &str) -> Result<Tuned> {
        self.controls.tune(node)
    }

    /// Stops reading a source until it is [resumed](Job::resume), without stopping the job.
    ///
    /// The batch that is being read is read to its end; nothing is read after that. What has been
    /// read goes on, and so do checkpoints, timers and the other sources. Event time stands still
    /// for the source, as for one that has nothing to read: it holds back the watermark until it
    /// is idle, after the time of its strategy (60 s, unless `idle_after` or `never_idle` says
    /// otherwise). Sources that are joined with it wait for it until then, too.
    ///
    /// A job that drains, is suspended or aborted does not wait for it: a paused source ends as
    /// any other. A restart after a failure leaves it paused. Pausing it twice is pausing it once.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the job has no source of this name.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(orders = source(from_iter(0..100)), orders >> ignore);
    /// let mut job = topology.start(Config::default())?;
    /// job.pause("orders")?;
    /// assert!(job.metrics().node("orders").unwrap().total().paused);
    /// assert!(job.pause("order").unwrap_err().to_string().contains("did you mean `orders`?"));
    /// job.resume("orders")?;
    /// job.wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn pause(&self, source: &str) -> Result<()> {
        self.controls.pause(source)
    }

    /// Reads a [paused](Job::pause) source again. Does nothing if it is not paused.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the job has no source of this name.
    pub fn resume(&self, source: &str) -> Result<()> {
        self.controls.resume(source)
    }
}
