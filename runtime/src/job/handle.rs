//! A handle to a running job.

use super::Controls;
use super::reader::MetricsReader;
use super::sampler::Viewers;
use super::status::Showing;
use crate::control::JobControl;
use crate::error::{Error, ErrorKind, Result};
use crate::metrics::{Audit, JobRest, JobState, Metrics, audit};
use crate::plan::Plan;
use tokio::sync::oneshot;

/// A handle to a running job: waits for its end, drains or aborts it, reads its metrics.
///
/// Returned by [`Topology::start`](crate::Topology::start). **Dropping it aborts the job.**
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
///
/// A handle that is dropped at once is a warning, here as an error:
/// ```compile_fail
/// # #![deny(unused_must_use)]
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let topology = topology!(source(from_iter([1])) >> ignore);
/// topology.start(Config::default())?;
/// # Ok(())
/// # }
/// ```
#[must_use = "dropping a `Job` aborts it: keep it and call `.wait().await`, or use `run`"]
#[derive(Debug)]
pub struct Job {
    pub(super) plan: Plan,
    pub(super) metrics: MetricsReader,
    /// Who looks on.
    pub(super) viewers: Viewers,
    pub(super) control: JobControl,
    /// Its status on the terminal.
    pub(super) showing: Showing,
    /// Changes the job while it runs.
    pub(super) controls: Controls,
    finished: oneshot::Receiver<Result<()>>,
    /// How the job ended, once that is known.
    ended: Option<Result<()>>,
    #[cfg(feature = "page")]
    pub(super) page: super::page::JobPage,
}

impl Job {
    pub(super) fn new(
        plan: Plan,
        (metrics, viewers, showing): (MetricsReader, Viewers, Showing),
        (control, controls): (JobControl, Controls),
        finished: oneshot::Receiver<Result<()>>,
        #[cfg(feature = "page")] page: super::page::JobPage,
    ) -> Self {
        Self {
            plan,
            metrics,
            viewers,
            showing,
            control,
            controls,
            finished,
            ended: None,
            #[cfg(feature = "page")]
            page,
        }
    }

    /// Waits for the end of the job. Later calls return the same result again.
    ///
    /// # Errors
    /// The error that ended the job before its sources were exhausted; [`ErrorKind::Aborted`] after
    /// [`abort`](Job::abort).
    ///
    /// # Cancel safety
    /// Cancel safe: the job keeps running and can be waited for again.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let sums = Collected::new();
    /// let topology = topology!(source(from_iter([1, 2])) >> map(|n| n + 1) >> sink(sums.sink()));
    /// let mut job = topology.start(Config::default())?;
    /// job.wait().await?;
    /// assert_eq!(sums.take(), [2, 3]);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait(&mut self) -> Result<()> {
        if let Some(ended) = &self.ended {
            return ended.clone();
        }
        let result = (&mut self.finished).await.unwrap_or_else(|_gone| {
            let message = "the runtime was shut down before the job ended";
            Err(Error::new(ErrorKind::Aborted, message))
        });
        self.ended = Some(result.clone());
        self.showing.ended().await;
        result
    }

    /// Stops the sources, processes all events in flight, and waits for the end: a graceful
    /// shutdown.
    ///
    /// Open windows fire as they do at the end of input. What a source has not read is dropped,
    /// such as events in the channel of [`from_channel`](crate::prelude::from_channel): to process
    /// those too, drop the senders and [`wait`](Job::wait).
    ///
    /// # Errors
    /// The error that ended the job, as for [`wait`](Job::wait).
    ///
    /// # Cancel safety
    /// The first poll stops the sources. If the future is dropped after that, the job keeps
    /// draining, and [`wait`](Job::wait) waits for its end.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(
    ///     ticks = source(from_iter(0_u64..)), // never ends by itself
    ///     shown = ticks >> sink(for_each(|_: u64| {})),
    /// );
    /// let mut job = topology.start(Config::default())?;
    /// job.drain().await?;
    ///
    /// let events = |node| job.metrics().node(node).map(|node| node.total());
    /// assert_eq!(events("ticks").unwrap().events_out, events("shown").unwrap().events_in);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn drain(&mut self) -> Result<()> {
        self.control.begin_drain();
        self.wait().await
    }

    /// Takes a last checkpoint and stops, so that the job can continue from there: windows stay
    /// open, and timers pending.
    ///
    /// Sources read no more. What they have read is processed, and flushed by the sinks; the same
    /// topology with the same directory then goes on as if nothing had happened. A job without
    /// checkpoints [drains](Job::drain).
    ///
    /// # Errors
    /// The error that ended the job, as for [`wait`](Job::wait);
    /// [`ErrorKind::Checkpoint`] if the last checkpoint cannot be written: the job then continues
    /// from the one before.
    ///
    /// # Cancel safety
    /// The first poll stops the sources. If the future is dropped after that, the job suspends all
    /// the same, and [`wait`](Job::wait) waits for its end.
    pub async fn suspend(&mut self) -> Result<()> {
        self.request_suspend();
        self.wait().await
    }

    /// Stops all tasks at once. Events in flight are lost.
    ///
    /// Returns immediately; [`wait`](Job::wait) then returns [`ErrorKind::Aborted`].
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::ErrorKind;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(source(from_iter(0_u64..)) >> sink(for_each(|_: u64| {})));
    /// let mut job = topology.start(Config::default())?;
    /// job.abort();
    /// assert_eq!(job.wait().await.unwrap_err().kind(), ErrorKind::Aborted);
    /// # Ok(())
    /// # }
    /// ```
    pub fn abort(&self) {
        self.control.abort.cancel();
    }

    /// Returns a reader of the job's counters that is independent of this handle: for a task that
    /// reports metrics while the job is waited for.
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
    /// let report = async move { reader.read().node("numbers").is_some() };
    /// let (ended, reported) = tokio::join!(job.wait(), report);
    /// assert!(ended.is_ok() && reported);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn metrics_reader(&self) -> MetricsReader {
        self.metrics.clone()
    }

    /// Reads the counters of every node: events received and emitted, late events, errors, drops.
    ///
    /// Reading is cheap and does not disturb the job. The counters of different nodes are read one
    /// after the other, not at one instant.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(
    ///     numbers = source(from_iter(0..10)),
    ///     even = numbers >> filter(|number| number % 2 == 0),
    ///     even >> ignore,
    /// );
    /// let mut job = topology.start(Config::default())?;
    /// job.wait().await?;
    /// let even = job.metrics().node("even").unwrap().total();
    /// assert_eq!((even.events_in, even.events_out), (10, 5));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        self.metrics.read()
    }

    /// Checks that no event is unaccounted for: at the end of a test, or when results are missing.
    ///
    /// It compares counts that were taken apart from each other. On each edge, what the node
    /// upstream has emitted is received, dropped or in flight. In each node, what it has received,
    /// and restored from a checkpoint, is processed, late, an error or buffered. All are summed
    /// over the instances, and begin anew with a restart within the process.
    ///
    /// **Exact at rest**: once [`wait`](Job::wait), [`drain`](Job::drain) or
    /// [`suspend`](Job::suspend) has returned `Ok`. Before that, and after a failure, batches in
    /// progress show as events in flight, and no imbalance is reported. What a suspended job has in
    /// its last checkpoint counts as buffered, or as in flight in a loop.
    ///
    /// In a release build windows and sinks do not count their events one by one, so that a loss
    /// inside of one of them shows only in builds with `debug_assertions`, as tests are.
    ///
    /// An imbalance at rest is a bug of the engine, or of a grouping or store of your own. Reading
    /// is as cheap as [`metrics`](Job::metrics); the counts are updated once a batch.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(
    ///     words = source(from_iter(["to", "be", "or", "not"])),
    ///     words >> by(|word| word.len()) >> map(str::len) * 2 >> ignore,
    /// );
    /// let mut job = topology.start(Config::default())?;
    /// job.wait().await?;
    /// let audit = job.audit();
    /// assert!(audit.is_exact() && audit.is_balanced(), "{audit}");
    /// assert_eq!(audit.edges()[0].received, 4);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn audit(&self) -> Audit {
        let rest = match &self.ended {
            Some(Ok(())) if self.control.suspend.is_cancelled() => JobRest::Suspended,
            Some(Ok(())) => JobRest::AtEnd,
            Some(Err(_)) | None => JobRest::None,
        };
        audit(&self.metrics.counters, &self.metrics.edges, rest)
    }

    /// The plan that the job runs by.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(source(from_iter([1])) >> map(|n| n + 1) >> ignore);
    /// let mut job = topology.start(Config::default())?;
    /// assert_eq!(job.plan().tasks(), 1); // fused into one loop
    /// job.wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Suspends a job with checkpoints, and drains any other.
    pub(super) fn request_suspend(&self) {
        if self.metrics.checkpoints.is_none() {
            return self.control.begin_drain();
        }
        tracing::info!(state = %JobState::Suspending, "suspending the job");
        self.control.suspend.cancel();
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.control.abort.cancel();
    }
}
