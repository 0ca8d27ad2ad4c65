//! Handing over what has gathered.

use crate::error::{Error, ErrorKind, Result};
use async_trait::async_trait;

/// How much is to be handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flush {
    /// Full batches: more events are at hand.
    Full,
    /// Everything: the task would otherwise wait while events lie about.
    All,
}

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flushed {
    /// Everything is handed over.
    Done,
    /// There is no room for something: [`Outbox::flush`] must wait.
    MustWait,
}

impl Flushed {
    /// Both are done only together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self == Self::Done { other } else { self }
    }
}

/// Something that hands over, after every batch, what has gathered in it.
#[async_trait]
pub trait Outbox: Send {
    /// Hands over what it can without waiting.
    ///
    /// # Errors
    /// If the receiving task is gone.
    fn try_flush(&mut self, flush: Flush) -> Result<Flushed>;

    /// Hands over, waiting for room.
    ///
    /// # Errors
    /// If the receiving task is gone.
    async fn flush(&mut self, flush: Flush) -> Result<()>;
}

/// The receiving task is gone. Its own error has the reason.
pub(super) fn aborted() -> Error {
    Error::new(ErrorKind::Aborted, "the job was stopped while events were in flight")
}
