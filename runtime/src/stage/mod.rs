//! What runs inside one task: operators fused into loops.
//!
//! A [`Chain`] is a source or an inlet followed by any number of operators, one type composed of
//! all of them, as iterator adaptors are. Its [`drive`](crate::exchange::Drive::drive) works
//! through one batch by pushing every event through to the end of the chain: an edge inside is an
//! inlined call, and a chain of simple operators compiles to the loop a person would write.
//!
//! A [`Segment`] is a chain and its tail: a sink, a router to other tasks, or an output with many
//! consumers. The segments of one instance of a stage make up a task; between two of them in the
//! same task an edge costs one dynamic call a batch.

mod awaiting;
mod bell;
mod chain;
mod event_time;
mod feedback;
mod idle;
mod in_order;
mod key_by;
mod link;
mod paired;
mod root;
mod segment;
mod sink;
mod states;
mod step;
mod then;
mod then_keyed;
mod timing;
mod unkey;
mod windowed;

pub use awaiting::AwaitSegment;
pub use chain::{Chain, Found};
pub use event_time::EventTimed;
pub use feedback::{FeedbackRoot, FeedbackTail, Returning, TailCounters};
pub use in_order::InOrder;
pub use key_by::KeyBy;
pub use link::Link;
pub use paired::Paired;
pub use root::{InletRoot, SourceRoot};
pub use segment::{Run, Segment};
pub use sink::SinkTail;
pub use states::{KeyedStates, NoStates, States};
pub use step::StepCore;
pub use then::Then;
pub use then_keyed::ThenKeyed;
pub use unkey::Unkey;
pub use windowed::{Losses, Windowed};

#[cfg(test)]
mod tests;
