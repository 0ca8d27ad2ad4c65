//! How the parts of a stage pass events on.

use crate::error::Result;
use crate::event::{Mark, Meta, Passed};
use crate::time::{EventTime, InputIndex};

/// Receives the events and marks that a part of a stage emits.
///
/// The receiver is the next part, known at compile time: an edge inside a stage is an inlined call.
pub trait Emit<T> {
    /// Emits an event.
    ///
    /// # Errors
    /// If anything downstream fails: the caller stops and returns the error.
    fn emit(&mut self, value: T, meta: Meta) -> Result<()>;

    /// Says what the split of the events emitted from now on had passed. It is
    /// [`Passed::NOTHING`] again at each mark and each end of a batch.
    ///
    /// Few events have passed anything that matters, so it is no argument of [`emit`](Self::emit):
    /// what follows from an event inherits it without being touched.
    ///
    /// # Errors
    /// If anything downstream fails: the caller stops and returns the error.
    fn passed(&mut self, passed: Passed) -> Result<()>;

    /// Says how far one side of a join is in event time, ahead of the mark of the join that follows
    /// from it, if any. Goes no further than the join.
    ///
    /// # Errors
    /// If anything downstream fails: the caller stops and returns the error.
    #[inline(always)]
    fn side_passed(&mut self, _side: InputIndex, _watermark: EventTime) -> Result<()> {
        Ok(())
    }

    /// Emits a mark, in order with the events.
    ///
    /// # Errors
    /// If anything downstream fails: the caller stops and returns the error.
    fn mark(&mut self, mark: Mark) -> Result<()>;

    /// Ends a slice of a batch that goes on in another turn: what counts events on the stack keeps
    /// its counts. Nothing is counted downstream, and no watermark is due.
    ///
    /// # Errors
    /// If anything downstream fails: the caller stops and returns the error.
    #[inline(always)]
    fn slice_end(&mut self) -> Result<()> {
        Ok(())
    }

    /// Ends a batch of `events` events; counters are updated here.
    ///
    /// Called after every batch, and after every watermark, since that may release events.
    ///
    /// # Errors
    /// If anything downstream fails: the caller stops and returns the error.
    fn batch_end(&mut self, events: u64) -> Result<()>;
}
