//! The output of an awaiting operator.

use crate::error::Result;
use crate::event::{Batch, Mark, Meta, Passed, Times};
use async_trait::async_trait;

/// Receives the batches of an [`Output`].
///
/// # Cancel safety
/// The futures are dropped only when the job is aborted; the events they hold are then dropped.
#[async_trait]
pub trait Outlet<T>: Send {
    /// Takes all events out of the batch, waiting for room.
    async fn take(&mut self, batch: &mut Batch<T>) -> Result<()>;

    /// Receives a mark, in order with the events.
    async fn mark(&mut self, mark: Mark) -> Result<()>;

    /// Ends a batch.
    async fn batch_end(&mut self) -> Result<()>;

    /// Flushes partial batches too: the task is about to wait.
    async fn flush_all(&mut self) -> Result<()>;
}

/// Sends any number of events from an operator, with backpressure at each `await`.
///
/// An operator receives it by declaring a parameter `out: &mut Output<T>`; it then returns nothing
/// or `Result<(), E>`. Use it for many results per event or results between awaits; a returned
/// `Option` or `Vec` is cheaper. Events leave in batches, partial ones when the task has to wait.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// #[operator]
/// async fn words(line: String, out: &mut Output<String>) {
///     for word in line.split_whitespace() {
///         out.send(word.to_owned()).await;
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut out = Output::collecting();
/// words("to be or".into(), &mut out).await;
/// assert_eq!(out.into_events(), ["to", "be", "or"]);
/// # }
/// ```
pub struct Output<T> {
    batch: Batch<T>,
    limit: usize,
    outlet: Option<Box<dyn Outlet<T>>>,
    meta: Meta,
    times: Times,
    passed: Passed,
    sent: u64,
}

impl<T> std::fmt::Debug for Output<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("sent", &self.sent).finish_non_exhaustive()
    }
}

impl<T: Send> Output<T> {
    /// Creates an output that keeps all events in memory: for unit tests.
    ///
    /// # Examples
    /// ```
    /// use millstream::operator::Output;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut out = Output::collecting();
    /// out.send(1).await;
    /// assert_eq!(out.into_events(), [1]);
    /// # }
    /// ```
    #[must_use]
    pub fn collecting() -> Self {
        Self::build(None, usize::MAX)
    }

    /// Creates an output that passes batches of `limit` events to an outlet.
    #[must_use]
    pub(crate) fn to(outlet: Box<dyn Outlet<T>>, limit: usize) -> Self {
        Self::build(Some(outlet), limit)
    }

    fn build(outlet: Option<Box<dyn Outlet<T>>>, limit: usize) -> Self {
        Self {
            batch: Batch::default(),
            limit,
            outlet,
            meta: Meta::default(),
            times: Times::Absent,
            passed: Passed::NOTHING,
            sent: 0,
        }
    }

    /// Emits an event, waiting while the downstream is full.
    ///
    /// The event gets the time of the event being processed.
    ///
    /// # Cancel safety
    /// Cancel safe if polled once: the event is buffered and emitted with the next one. If the
    /// future is dropped before its first poll, the event is dropped with it.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn lines_of(page: &'static str, out: &mut Output<&'static str>) {
    ///     for line in page.lines() {
    ///         out.send(line).await;
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let lines = Collected::new();
    /// topology!(
    ///     pages = source(from_iter(["one\ntwo", "three"])),
    ///     pages >> lines_of >> sink(lines.sink()),
    /// )
    /// .run(Config::default())
    /// .await?;
    /// assert_eq!(lines.take(), ["one", "two", "three"]);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn send(&mut self, event: T) {
        self.batch.push_with(event, self.meta.time, self.times);
        self.sent += 1;
        if self.batch.len() >= self.limit && self.forward().await.is_err() {
            // The receiver is gone: the job is stopping and drops this task next. Wait for that
            // here, since an operator may send in an endless loop.
            std::future::pending::<()>().await;
        }
    }

    /// Returns the events of an output made by [`Output::collecting`], in order.
    #[must_use]
    pub fn into_events(self) -> Vec<T> {
        self.batch.into_values()
    }

    /// Sets the event time of the events sent from now on.
    pub(crate) fn at(&mut self, meta: Meta, times: Times) {
        self.meta = meta;
        self.times = times;
    }

    /// Sets what the split of the events sent from now on had passed.
    pub(crate) fn passed(&mut self, passed: Passed) {
        self.passed = passed;
        self.batch.passed(passed);
    }

    /// The number of events sent since the last call.
    pub(crate) fn take_sent(&mut self) -> u64 {
        std::mem::take(&mut self.sent)
    }

    /// Emits a mark after the events sent so far.
    pub(crate) async fn mark(&mut self, mark: Mark) -> Result<()> {
        self.forward().await?;
        match &mut self.outlet {
            Some(outlet) => outlet.mark(mark).await,
            None => Ok(()),
        }
    }

    /// Ends a batch.
    pub(crate) async fn batch_end(&mut self) -> Result<()> {
        self.forward().await?;
        match &mut self.outlet {
            Some(outlet) => outlet.batch_end().await,
            None => Ok(()),
        }
    }

    /// Flushes everything, including partial batches.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        self.forward().await?;
        match &mut self.outlet {
            Some(outlet) => outlet.flush_all().await,
            None => Ok(()),
        }
    }

    /// Passes the open batch to the outlet.
    pub(crate) async fn forward(&mut self) -> Result<()> {
        match &mut self.outlet {
            Some(outlet) if !self.batch.is_empty() => {
                let taken = outlet.take(&mut self.batch).await;
                self.batch.passed(self.passed);
                taken
            }
            _ => Ok(()),
        }
    }
}
