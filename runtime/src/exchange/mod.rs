//! Many channels as one edge: how the events of one node reach the instances of the next.
//!
//! Sending: a [`Router`] picks the instance for each event, by the edge's grouping; a [`Tee`]
//! copies batches to all consumers of an output; a [`Splitter`] sends each event to the output of
//! its variant. Receiving: an [`InputGate`] reads many inputs in turn, and an [`Alignment`] merges
//! their marks.
//!
//! Nothing waits while events are being processed: full batches are set aside, and after the
//! current batch the task [flushes](Outbox) them and waits for room. That wait is the backpressure.
//! An edge with another [overflow policy](crate::channel::Overflow) drops events instead, and the
//! router sends those to the overflow output, if one is connected.

mod alignment;
mod edge_receiver;
mod input_gate;
mod key_sampler;
mod outbound;
mod outbox;
mod overflowed;
mod router;
mod senders;
mod splitter;
mod tapped;
mod target;
mod tee;

pub use alignment::{Alignment, Misplaced, ReleasedMarks};
pub use edge_receiver::EdgeReceiver;
pub use input_gate::InputGate;
pub use outbound::EdgeSender;
pub use outbox::{Flush, Flushed, Outbox};
pub use router::Router;
pub use senders::Senders;
pub use splitter::{Lanes, Splitter};
pub use target::{LocalTarget, Target};
pub use tee::Tee;
