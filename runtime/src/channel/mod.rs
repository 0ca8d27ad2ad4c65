//! One edge between two instances.
//!
//! **Order.** Elements arrive in the order in which they were sent.
//!
//! **Capacity.** Declared in events. Events travel in batches, so a [`link`] holds that many events
//! in full batches, or as many smaller ones: its memory is bounded before the job starts.
//!
//! **Disconnection.** A sender whose receiver is gone gets [`Closed`]: the job is being stopped,
//! and the task that failed is the one that says why. A receiver whose sender is gone without an
//! [`Mark::End`](crate::event::Mark) waits for ever, for the same reason.
//!
//! **Recycling.** The memory of a batch goes back to its sender, so that a running job allocates
//! nothing per batch.
//!
//! Inside one task a [`local`] queue takes the place of a link, and a [`lossy`] edge where
//! something else than waiting is [declared](Overflow) for an edge that is full.

mod capacity;
mod link;
mod local;
mod lossy;
mod overflow;

pub use capacity::Capacity;
pub use link::{Closed, Receiver, Sender, link};
pub use local::{LocalReceiver, LocalSender, local};
pub use lossy::{LossyReceiver, LossySender, lossy};
pub use overflow::Overflow;
