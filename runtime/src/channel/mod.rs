//! The channel of an edge from one instance to another.
//!
//! There are three: [`link`] between two tasks, where a full channel makes its sender wait;
//! [`lossy`] between two tasks, where it drops events by an [overflow policy](Overflow); and
//! [`local`] between two segments of one task, which is never full.
//!
//! **Order.** Elements arrive in the order in which they are sent, marks included.
//!
//! **Capacity.** Declared in events. Events travel in batches: a [`link`] has room for that many
//! events in full batches, or for the same number of smaller batches. So its memory is bounded
//! before the job starts.
//!
//! **Disconnection.** A sender whose receiver is gone gets [`Closed`]: the job is being stopped,
//! and the task that failed reports the cause. Likewise, a receiver whose sender is gone without a
//! [`Mark::End`](crate::event::Mark) waits until its task is aborted.
//!
//! **Recycling.** The memory of a batch returns to its sender, so a running job allocates nothing
//! per batch.
//!
//! # Examples
//! ```
//! use millstream::plumbing::channel::{Capacity, link};
//! use millstream::plumbing::marks::{Batch, Element, Mark};
//! use std::task::{Context, Poll, Waker};
//!
//! // Room for two batches of at most 2 events.
//! let (sender, mut receiver) = link(Capacity::of(4, 2));
//! let batch = |event: &'static str| {
//!     let mut batch = Batch::default();
//!     batch.push(event);
//!     Element::Batch(batch)
//! };
//! assert!(matches!(sender.try_send(batch("order 1")), Ok(None)));
//! assert!(matches!(sender.try_send(Element::Mark(Mark::Idle)), Ok(None)));
//! let refused = sender.try_send(batch("order 2"));
//! assert!(matches!(refused, Ok(Some(Element::Batch(_)))), "full: wait for `room`");
//!
//! let mut cx = Context::from_waker(Waker::noop());
//! let Poll::Ready(Some(Element::Batch(batch))) = receiver.poll_recv(&mut cx) else {
//!     unreachable!()
//! };
//! assert_eq!(batch.values(), ["order 1"]);
//! receiver.recycle(batch);
//! ```

mod capacity;
mod gauge;
mod link;
mod local;
mod lossy;
mod overflow;
mod switch;

pub use capacity::Capacity;
pub use link::{Closed, Receiver, Sender, link};
pub use local::{LocalReceiver, LocalSender, local};
pub use lossy::{LossyReceiver, LossySender, lossy};
pub use overflow::Overflow;
pub use switch::OverflowSwitch;
