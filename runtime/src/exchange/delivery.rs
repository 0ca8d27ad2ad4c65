//! Handing over what has gathered.

use crate::error::{Error, ErrorKind, Result};
use crate::operator::Emit;
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
pub enum Progress {
    /// Everything is handed over.
    Done,
    /// There is no room for something: [`Delivery::deliver`] must wait.
    MustWait,
}

impl Progress {
    /// Both are done only together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self == Self::Done { other } else { self }
    }
}

/// Something that hands over, after every batch, what has gathered in it.
#[async_trait]
pub trait Delivery: Send {
    /// Hands over what it can without waiting.
    ///
    /// # Errors
    /// If the receiving task is gone.
    fn try_deliver(&mut self, flush: Flush) -> Result<Progress>;

    /// Hands over, waiting for room.
    ///
    /// # Errors
    /// If the receiving task is gone.
    async fn deliver(&mut self, flush: Flush) -> Result<()>;
}

/// Something that works through what it has fetched.
pub trait Drive {
    /// The events it gives on.
    type Out;

    /// Works through what was fetched: one batch or one mark.
    ///
    /// # Errors
    /// If something failed; the job ends with it.
    fn drive<E: Emit<Self::Out>>(&mut self, into: &mut E) -> Result<()>;
}

/// The end of a chain of operators within a stage.
pub trait Tail<T>: Emit<T> + Delivery + 'static {
    /// Whether the end of the stream has passed through.
    fn has_ended(&self) -> bool;

    /// Lets a chain work through what it has fetched, into this.
    ///
    /// # Errors
    /// If something failed; the job ends with it.
    fn drive<C: Drive<Out = T>>(&mut self, chain: &mut C) -> Result<()>
    where
        Self: Sized,
    {
        chain.drive(self)
    }
}

/// The task at the other end is gone; it says itself why.
pub(super) fn aborted() -> Error {
    Error::new(ErrorKind::Aborted, "the job was stopped while events were on their way")
}
