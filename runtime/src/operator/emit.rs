//! Where a part of a stage puts its events.

use crate::error::Result;
use crate::event::{Meta, Signal};

/// Where a part of a stage puts its events: the next part, known at compile time, so that an edge
/// inside a stage is an inlined call.
pub trait Emit<T> {
    /// Gives on an event.
    ///
    /// # Errors
    /// If something further down failed: the caller stops and returns the error.
    fn emit(&mut self, value: T, meta: Meta) -> Result<()>;

    /// Gives on a mark, in order with the events.
    ///
    /// # Errors
    /// If something further down failed: the caller stops and returns the error.
    fn signal(&mut self, signal: Signal) -> Result<()>;
}
