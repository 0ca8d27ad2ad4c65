//! Many edges as one: how the events of one node reach the instances of the next.
//!
//! A [`Router`] sends each event the way its grouping says; a [`Tee`] hands whole batches to all
//! the consumers of an output, a [`Splitter`] each event to the output of its variant; an
//! [`InputGate`] merges what comes in, and an [`Alignment`] the marks among it. Sending never waits
//! while an event is worked on: full batches are set aside, and once the batch at hand is done the
//! task [delivers](Outbox) them, waiting for room. That wait is the backpressure.
//! An edge for which something else is declared drops events instead, and the router sends those
//! where they are routed to.

mod alignment;
mod input_gate;
mod outbound;
mod outbox;
mod overflowed;
mod router;
mod splitter;
mod target;
mod tee;

pub use alignment::{Alignment, Misplaced, ReleasedMarks};
pub use input_gate::{EdgeReceiver, InputGate};
pub use outbound::EdgeSender;
pub use outbox::{Flush, Flushed, Outbox};
pub use router::Router;
pub use splitter::{Lanes, Splitter};
pub use target::{LocalTarget, Target};
pub use tee::Tee;
