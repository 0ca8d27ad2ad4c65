//! How an operator that awaits sends events on.

use crate::error::Result;
use crate::event::{Batch, Mark, Meta, Times};
use async_trait::async_trait;

/// Where an [`Output`] hands its batches.
#[async_trait]
pub trait Outlet<T>: Send {
    /// Takes the events out of the batch, waiting until there is room for them.
    async fn take(&mut self, batch: &mut Batch<T>) -> Result<()>;

    /// Takes in a mark, in order with the events.
    async fn mark(&mut self, mark: Mark) -> Result<()>;

    /// Ends a batch.
    async fn batch_end(&mut self) -> Result<()>;

    /// Hands everything over: the task would otherwise wait while events lie about.
    async fn flush_all(&mut self) -> Result<()>;
}

/// Where an operator sends any number of results; the await is the backpressure.
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
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let mut out = Output::collecting();
/// words("to be or".into(), &mut out).await;
/// assert_eq!(out.into_events(), ["to", "be", "or"]);
/// # });
/// ```
pub struct Output<T> {
    batch: Batch<T>,
    limit: usize,
    outlet: Option<Box<dyn Outlet<T>>>,
    meta: Meta,
    times: Times,
    sent: u64,
}

impl<T> std::fmt::Debug for Output<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("sent", &self.sent).finish_non_exhaustive()
    }
}

impl<T: Send> Output<T> {
    /// An output that keeps everything, for unit tests.
    #[must_use]
    pub fn collecting() -> Self {
        Self::build(None, usize::MAX)
    }

    /// An output that hands batches of `limit` events to an outlet.
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
            sent: 0,
        }
    }

    /// Sends an event on, waiting while there is no room.
    ///
    /// # Cancel safety
    /// If the future is dropped before it is ready, the event is kept and goes out with the next
    /// one.
    pub async fn send(&mut self, event: T) {
        self.batch.push_with(event, self.meta.time, self.times);
        self.sent += 1;
        if self.batch.len() >= self.limit && self.hand_over().await.is_err() {
            // The receiver is gone, so the job is being stopped and this task is told so next. An
            // operator that went on sending would never listen.
            std::future::pending::<()>().await;
        }
    }

    /// The events of an output made by [`Output::collecting`].
    #[must_use]
    pub fn into_events(self) -> Vec<T> {
        self.batch.into_values()
    }

    /// What is sent from now on follows from an event of this time.
    pub(crate) fn at(&mut self, meta: Meta, times: Times) {
        self.meta = meta;
        self.times = times;
    }

    /// The number of events sent since the last call.
    pub(crate) fn take_sent(&mut self) -> u64 {
        std::mem::take(&mut self.sent)
    }

    /// Emits a mark, after what was sent before it.
    pub(crate) async fn mark(&mut self, mark: Mark) -> Result<()> {
        self.hand_over().await?;
        match &mut self.outlet {
            Some(outlet) => outlet.mark(mark).await,
            None => Ok(()),
        }
    }

    /// Ends a batch.
    pub(crate) async fn batch_end(&mut self) -> Result<()> {
        self.hand_over().await?;
        match &mut self.outlet {
            Some(outlet) => outlet.batch_end().await,
            None => Ok(()),
        }
    }

    /// Hands everything over, down to the last incomplete batch.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        self.hand_over().await?;
        match &mut self.outlet {
            Some(outlet) => outlet.flush_all().await,
            None => Ok(()),
        }
    }

    /// Hands over what has gathered.
    pub(crate) async fn hand_over(&mut self) -> Result<()> {
        match &mut self.outlet {
            Some(outlet) if !self.batch.is_empty() => outlet.take(&mut self.batch).await,
            _ => Ok(()),
        }
    }
}
