//! Watching a job while it runs.

use super::Job;
use crate::metrics::LiveMetrics;
use futures::Stream;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::sync::watch::Receiver;
use tokio_util::sync::ReusableBoxFuture;

/// What a job does, once a second: for a page, a status line, an alert of your own.
///
/// Returned by [`Job::watch`](crate::Job::watch). As a stream it yields one [`LiveMetrics`] for
/// each second that has passed, and ends after the one that says that the job
/// [has ended](crate::metrics::JobState::has_ended). A reader that is slow misses seconds; none are
/// buffered. A clone begins with the latest. It does not keep the job running.
///
/// # Examples
/// ```
/// use futures::StreamExt;
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let topology = topology!(numbers = source(from_iter(0..10)), numbers >> ignore);
/// let mut job = topology.start(Config::default())?;
/// let states = job.watch().map(|live| live.state.to_string());
/// let (ended, states) = tokio::join!(job.wait(), states.collect::<Vec<_>>());
/// ended?;
/// assert_eq!(states.last().unwrap(), "ended");
/// # Ok(())
/// # }
/// ```
pub struct Watch {
    receiver: Receiver<Arc<LiveMetrics>>,
    next: ReusableBoxFuture<'static, Option<Seen>>,
    has_ended: bool,
}

/// What was seen, and where the next is received.
type Seen = (Arc<LiveMetrics>, Receiver<Arc<LiveMetrics>>);

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("has_ended", &self.has_ended).finish_non_exhaustive()
    }
}

impl Clone for Watch {
    fn clone(&self) -> Self {
        Self::of(self.receiver.clone())
    }
}

impl Watch {
    fn of(receiver: Receiver<Arc<LiveMetrics>>) -> Self {
        let next = ReusableBoxFuture::new(next_of(receiver.clone()));
        Self { receiver, next, has_ended: false }
    }

    /// The latest second; before the first has passed, the counters without rates.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(job("count"), source(from_iter(0..10)) >> ignore);
    /// let mut job = topology.start(Config::default())?;
    /// let watch = job.watch();
    /// assert_eq!(watch.latest().job, "count");
    /// job.wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn latest(&self) -> Arc<LiveMetrics> {
        self.receiver.borrow().clone()
    }
}

async fn next_of(mut receiver: Receiver<Arc<LiveMetrics>>) -> Option<Seen> {
    receiver.changed().await.ok()?;
    let live = receiver.borrow_and_update().clone();
    Some((live, receiver))
}

impl Stream for Watch {
    type Item = Arc<LiveMetrics>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.has_ended {
            return Poll::Ready(None);
        }
        let Some((live, receiver)) = ready!(self.next.poll(cx)) else {
            self.has_ended = true;
            return Poll::Ready(None);
        };
        self.has_ended = live.state.has_ended();
        self.next.set(next_of(receiver));
        Poll::Ready(Some(live))
    }
}

impl Job {
    /// Watches the job: rates, shares of time and fills of each second.
    ///
    /// The first call starts one task that looks at the job ten times a second; it ends with the
    /// job, or once nobody watches. Any number of viewers cost as much as one. The tasks of the job
    /// do one thing for it: they count the keys of some events that they send by key, at most 256
    /// of each edge in a tenth of a second.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(numbers = source(from_iter(0..10)), numbers >> ignore);
    /// let mut job = topology.start(Config::default())?;
    /// let watch = job.watch();
    /// job.wait().await?;
    /// println!("{}", watch.latest());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn watch(&self) -> Watch {
        Watch::of(self.viewers.add())
    }
}
