//! What runs inside one task: operators fused into loops.
//!
//! A [`Chain`] is a root (a source or an input gate) followed by any number of [links](Link), all
//! composed into one type, like iterator adaptors. [Driving](Drive::drive) a chain processes one
//! batch by pushing each event through every link: an edge inside the chain is an inlined call, and
//! a chain of simple operators compiles to the loop you would write by hand.
//!
//! A [`Segment`] is a chain and its [`Tail`]: a sink, a router to other tasks, an output with many
//! consumers, or the end of a loop. A task runs the segments of one instance of a stage. An edge
//! between two segments of the same task costs one dynamic call per batch.
//!
//! Reading order: [`Run`] (what a task asks of its segments), [`Chain`] and [`Drive`] (what a
//! segment asks of its root and links), then [`Link`], the trait a new kind of node implements.

mod ahead;
mod chain;
mod diamond;
mod edge;
#[cfg(test)]
mod fake;
mod instance;
mod link;
mod root;
mod saver;
mod segment;
mod tail;
mod way;

pub use ahead::{InFront, LookAhead, LooksAt, Straight};
pub use chain::{Chain, Drive, LocalWork, Nowhere, Path, Turn, Visit, VisitSides};
pub use diamond::{Diamond, ForkedChain, PathSignal, Paths};
pub use edge::Edge;
pub use instance::{
    AppendPending, BatchCounts, ExpiringSlot, ExpiringStates, KeyedStates, NoStates, StateSlot,
    States, StepCore,
};
pub use link::{
    DropKey, DueTurn, KeyBy, Link, Linked, OpenSplit, OperatorLink, RestoredWatermark, Sorter,
    StoreLink, StoreOutputs, TimeAssigner,
};
pub use root::{FeedbackRoot, GateRoot, Paired, PathRoot, Returning, SourceRoot};
pub use saver::{RowOwner, Saver};
pub use segment::{Run, Segment, WaitsFor};
pub use tail::{
    AwaitSegment, CallMaker, FeedbackTail, Seat, SinkSaver, SinkTail, Tail, TailCounters,
    ThrottleSegment, Work, call, kept_part,
};
pub use way::{EveryWay, ForWay, LookingAhead, Way};
