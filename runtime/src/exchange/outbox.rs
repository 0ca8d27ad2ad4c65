//! Flushing: sends what was set aside while a batch was processed.

use crate::error::{Error, ErrorKind, Result};
use async_trait::async_trait;

/// Which batches to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flush {
    /// Full batches only: more events are about to fill the others.
    Full,
    /// Partial batches too, to receivers with room: the task waits for room elsewhere.
    Room,
    /// Partial batches too: the task is about to wait, or it is time.
    All,
}

/// Whether [`Outbox::try_flush`] has sent everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flushed {
    /// It has.
    Done,
    /// A channel is full: call [`Outbox::flush`] to wait for room.
    MustWait,
}

impl Flushed {
    /// The result of two flushes: done if both are.
    ///
    /// # Examples
    /// ```
    /// use millstream::plumbing::exchange::Flushed;
    ///
    /// assert_eq!(Flushed::Done.and(Flushed::Done), Flushed::Done);
    /// assert_eq!(Flushed::Done.and(Flushed::MustWait), Flushed::MustWait);
    /// ```
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self == Self::Done { other } else { self }
    }
}

/// What a task flushes after every batch: tails and side outputs.
#[async_trait]
pub trait Outbox: Send {
    /// Sends what fits without waiting, in order; the rest stays.
    ///
    /// # Errors
    /// If a receiving task is gone.
    fn try_flush(&mut self, flush: Flush) -> Result<Flushed>;

    /// Sends everything that `flush` asks for, waiting for room.
    ///
    /// # Errors
    /// If a receiving task is gone.
    ///
    /// # Cancel safety
    /// Cancel safe for routers and outputs: what is not sent stays. Not for sinks, whose calls are
    /// abandoned.
    async fn flush(&mut self, flush: Flush) -> Result<()>;
}

/// The error for a receiving task that is gone. That task has reported the cause itself.
pub(super) fn aborted() -> Error {
    Error::new(ErrorKind::Aborted, "the job was stopped while events were in flight")
}
