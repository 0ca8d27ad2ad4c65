//! What runs inside one task: operators fused into loops.
//!
//! A [`Chain`] is a root (a source or an inlet) and any number of [links](Link), one type composed
//! of all of them, as iterator adaptors are. [Driving](Drive::drive) it works through one batch by
//! pushing every event through to the end: an edge inside is an inlined call, and a chain of simple
//! operators compiles to the loop a person would write.
//!
//! A [`Segment`] is a chain and its [`Tail`]: a sink, a router to other tasks, or an output with
//! many consumers. The segments of one instance of a stage make up a task; between two of them in
//! the same task an edge costs one dynamic call a batch.

mod chain;
mod edge;
#[cfg(test)]
mod fake;
mod instance;
mod link;
mod root;
mod segment;
mod tail;

pub use chain::{Chain, Drive, VisitSides};
pub use edge::Edge;
pub use instance::{BatchCounts, KeyedStates, NoStates, StateSlot, States, StepCore};
pub use link::{
    DropKey, DueTurn, KeyBy, Link, Linked, OperatorLink, Sorter, StoreLink, StoreOutputs,
    TimeAssigner,
};
pub use root::{FeedbackRoot, GateRoot, Paired, Returning, SourceRoot};
pub use segment::{Run, Segment};
pub use tail::{AwaitSegment, FeedbackTail, SinkTail, Tail, TailCounters};
