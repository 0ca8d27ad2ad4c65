//! Many edges as one: how the events of one node reach the instances of the next.
//!
//! A [`Router`] sends each event the way its grouping says; a [`Gather`] hands whole batches to all
//! the consumers of an output, a [`Splitter`] each event to the output of its variant; an
//! [`Inlet`] merges what comes in, and an [`Alignment`] the marks among it. Sending never waits
//! while an event is worked on: full batches are set aside, and once the batch at hand is done the
//! task [delivers](Delivery) them, waiting for room. That wait is the backpressure.
//! An edge for which something else is declared drops events instead, and the router sends those
//! where they are routed to.

mod alignment;
mod delivery;
mod gather;
mod inlet;
mod port;
mod router;
mod spill;
mod splitter;
mod target;

pub use alignment::{Alignment, Marks, Misplaced};
pub use delivery::{Delivery, Flush, Progress};
pub use gather::Gather;
pub use inlet::{Inlet, Line};
pub use port::Outgoing;
pub use router::Router;
pub use splitter::{Lanes, Splitter};
pub use target::{LocalTarget, Target};
