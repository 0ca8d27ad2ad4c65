//! What flows: events in batches, and the marks between them.
//!
//! An edge carries [`Element`]s and nothing else. Whatever has to keep its place among the events
//! (a watermark, a barrier, the end) is an element too, so that no second path can overtake the
//! data.

pub(crate) mod batch;
pub(crate) mod element;
pub(crate) mod keyed;
mod payload;

pub(crate) use batch::{Batch, Meta, Times};
pub(crate) use element::{Element, Epoch, Mark, Origin, Round};
pub(crate) use keyed::WithKey;
pub use payload::Event;
