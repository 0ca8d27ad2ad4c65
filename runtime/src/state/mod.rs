//! What an operator remembers, per key.
//!
//! An operator never holds state itself: it is handed `&mut S` for the key of the event at hand.
//! The state belongs to (operator, key group, key), so that it can later be stored, moved to
//! another instance and restored without the operator's doing.

#[cfg(test)]
pub(crate) mod conformance;
mod rows;
pub(crate) mod table;
pub(crate) mod timers;

pub(crate) use rows::{Row, RowMark, Rows};
pub(crate) use table::{StateEntry, StateTable};
pub(crate) use timers::{DueTimer, Timers, Until};

/// A value that an operator keeps per key.
///
/// It begins as its `Default`. Implemented for every type that qualifies.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the state of an operator",
    label = "state begins as its `Default` and moves between threads",
    note = "derive `Default` for `{Self}`, and hold nothing in it that is not `Send`"
)]
#[doc(hidden)]
pub trait State: Default + Send + 'static {}

impl<S: Default + Send + 'static> State for S {}
