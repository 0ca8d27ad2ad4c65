//! Where a part of a stage puts its events.

use crate::error::Result;
use crate::event::{Mark, Meta};

/// Where a part of a stage puts its events: the next part, known at compile time, so that an edge
/// inside a stage is an inlined call.
pub trait Emit<T> {
    /// Emits an event.
    ///
    /// # Errors
    /// If something further down failed: the caller stops and returns the error.
    fn emit(&mut self, value: T, meta: Meta) -> Result<()>;

    /// Emits a mark, in order with the events.
    ///
    /// # Errors
    /// If something further down failed: the caller stops and returns the error.
    fn mark(&mut self, mark: Mark) -> Result<()>;

    /// Ends a batch of so many events: what is counted, is counted here, once a batch. It follows
    /// every batch, and every watermark, which may release events.
    ///
    /// # Errors
    /// If something further down failed: the caller stops and returns the error.
    fn batch_end(&mut self, events: u64) -> Result<()>;
}
