//! You should not need this: the machinery behind [`topology!`](macro@crate::topology) and
//! [`Builder`](crate::builder::Builder).
//!
//! These items are public because the types of streams name them, or because they are worth
//! reading; no job calls them. They are **exempt from semantic versioning**: any release may change
//! them. If you need one, please open an issue.
//!
//! | module | what it does |
//! |---|---|
//! | [`channel`] | a bounded edge between two tasks |
//! | [`exchange`] | many edges as one: routing, fan-out, merging, alignment |
//! | [`control`] | what all tasks of a job share: shutdown, epochs, quiescence |
//! | [`stage`] | fused operators as one loop |
//! | [`lowering`] | from declared chains to running loops |
//! | [`task`] | one running instance of a stage |
//! | [`calls`] | the types of the calls that `topology!` expands to |
//! | [`streams`] | the types behind streams and verbs |
//! | [`declaration`] | a topology as data |
//! | [`operators`], [`windows`], [`joins`] | the implementation of the verbs of these names |
//! | [`checkpoints`] | the files of checkpoints |
//! | [`marks`], [`clocks`], [`tables`], [`counters`] | what the others are built from |

/// The types of the calls that [`topology!`](macro@crate::topology) expands to. Their traits are
/// hidden, so that they do not show on the pages of your own types.
pub mod calls {
    pub use crate::builder::checks::{
        AfterOutput, Aggregation, ByEventTime, ByFilter, ByFlatMap, ByInspect, ByKey, ByMap, ByTie,
        ByValue, CapturedBy, CheckedSink, CheckedSource, ClosureOf, DetachedStreams,
        ErrorsConnected, ErrorsUnconnected, EventsOf, FirstOutput, Fit, Fitting, FlatMapOf, HasKey,
        Impossible, JoinStart, KeyOfEvents, MapOf, Meeting, MergeWith, Merged, NoKey, NoOutput,
        Operation, OutputIndex, Possible, Splitting, SplittingNext, TimeBy, TimeOf, TimedWindows,
        UnusedOutput, UsedOutput, ValuesOf, WindowsOn,
    };
}

/// A bounded edge between two tasks.
pub mod channel {
    pub use crate::channel::*;
}

/// What all tasks of a job share: shutdown, epochs, and the quiescence of loops.
pub mod control {
    pub use crate::control::*;
}

/// Many edges as one: routing, fan-out, merging, alignment.
pub mod exchange {
    pub use crate::exchange::*;
}

/// From declared chains to running loops.
pub mod lowering {
    pub use crate::lowering::*;
}

/// Fused operators as one loop: roots, links and tails.
pub mod stage {
    pub use crate::stage::*;
}

/// One running instance of a stage.
pub mod task {
    pub use crate::task::*;
}

/// The types behind streams and their verbs.
pub mod streams {
    pub use crate::builder::attach::{Attach, AttachKeyed, AttachToWindows, AttachUnkeyed, Site};
    pub use crate::builder::draft::{Draft, SharedDraft};
    pub use crate::builder::feedback::FedBackStream;
    pub use crate::builder::fork::{MeetingPaths, Met};
    pub use crate::builder::job::{SourceChain, SourceOutputs, SourceStream};
    pub use crate::builder::join::{JoinChain, JoinOutputs, JoinRow, OneOfSides};
    pub use crate::builder::join_sides::{JoinParts, JoinSides};
    pub use crate::builder::merge::Streams;
    pub use crate::builder::outputs::{OfEdge, OfNode, SideOutputs};
    pub use crate::builder::promise::Promise;
    pub use crate::builder::side::NodeOutputsOf;
    pub use crate::builder::split::{Branches, Split, SplitOutputs, SplitStreams, Variants};
    pub use crate::builder::then::Downstream;
    pub use crate::builder::throttle::OfThrottle;
    pub use crate::builder::time::TimeState;
    pub use crate::builder::windowed::{FullWindowsOf, OfAggregate, StoreOf};
}

/// A topology as data: its nodes and edges.
pub mod declaration {
    pub use crate::topology::declaration::Declaration;
    pub use crate::topology::edge::{Carried, EdgeDeclared};
    pub use crate::topology::endpoint::{Endpoint, OutputKind};
    pub use crate::topology::node::NodeDeclared;
}

/// Running an operator, and describing an event in an error.
pub mod operators {
    pub use crate::operator::emit::Emit;
    pub use crate::operator::fault::{Nth, OperatorPlace, Uncounted, WatchedCall, panicked};
    pub use crate::operator::handoff::Handoff;
    pub use crate::operator::reported::{FailureOf, Reported, ReportsOf};
    pub use crate::operator::reports::{CallFacts, CallFailure, CaughtPanic, OnPanic, ReportsAs};
    pub use crate::operator::snapshot::{Advancing, AtEventOf, EventCopy, InWindow, NoSnapshot};
    pub use crate::operator::stock::{Filter, FlatMap, Inspect, Map, PassOn};
}

/// The stores of windows.
pub mod windows {
    pub use crate::window::accumulator::{EventAccumulator, ValueAccumulator};
    pub use crate::window::declared::{
        ClockSpec, FullWindowFactory, SharedWindows, VolatileStore, WindowsOf,
    };
    pub use crate::window::kind::{Aligned, ClockKind, Spans, Timetable};
    pub use crate::window::reorder::Reorder;
    pub use crate::window::store::{
        Always, BatchesOf, ClockStore, CountStore, Debounce, Dedupe, DedupeStore, Events,
        GatheredStore, Gathers, InBatches, PaneStore, Panes, SessionStore, ShowStates, SliceStore,
        TrailingRules, TrailingStore, WindowBuffer,
    };
    pub use crate::window::trailing_spec::TrailingSpec;
    pub use crate::window::trigger::{FiringCounts, Triggers};
}

/// The stores of joins.
pub mod joins {
    pub use crate::join::bounded::{
        AtMost, BoundedFactory, BoundedStore, FailsWhenFull, ShedsWhenFull, WhenFull,
    };
    pub use crate::join::gathered::SideLists;
    pub use crate::join::latest::{LatestStore, LooksUp};
    pub use crate::join::rows::{CountedRows, KeepsRows, RowCount, RowsOfSides, UncountedRows};
    pub use crate::join::sides::{FromSide, Sides};
    pub use crate::join::tables::{SideTables, Versions, VersionsLeft};
    pub use crate::join::windowed::{Sharing, WindowJoin, WindowJoinOf};
    pub use crate::join::within::WithinStore;
}

/// Batches of events, and the marks between them.
pub mod marks {
    pub use crate::event::batch::{Batch, BatchParts, Meta, Times};
    pub use crate::event::element::{Element, Epoch, Mark, Origin, Round};
    pub use crate::event::keyed::WithKey;
    pub use crate::event::passed::{ArrivalPlace, Carrying, Passed, SplitsReceived};
}

/// Event time within a chain, and across inputs.
pub mod clocks {
    pub use crate::time::event_clock::EventClock;
    pub use crate::time::frontier::{Advance, Frontier, InputIndex};
}

/// State and timers per key.
pub mod tables {
    pub use crate::state::expiring::Expiring;
    pub use crate::state::mark::{RowChange, RowMark};
    pub use crate::state::memory::Memory;
    pub use crate::state::table::{StateEntry, StateTable};
    pub use crate::state::timers::{DueTimer, Timers, Until};
}

/// The counters of tasks.
pub mod counters {
    pub use crate::metrics::call_times::CallTimer;
    pub use crate::metrics::count::Counter;
    pub use crate::metrics::counter::{InstanceCounters, NodeCounters};
    pub use crate::metrics::flow::{
        CountsBefore, EdgeCounters, EdgeEnds, Flow, FlowOutput, StepFlow, StepKind, StepShape,
    };
    pub use crate::metrics::gauge::{ChannelFill, EdgeGauge, EdgeGauges, Gauge};
    pub use crate::metrics::inlet::{InletShown, InputActivity, InputSeen};
    pub use crate::metrics::phases::{PhaseTimes, TaskPhase, TaskPhases};
    pub use crate::metrics::shown::{CallBegan, CallsShown, InstanceShown, ShownNumber, TimeShown};
    pub use crate::metrics::top_keys::{EdgeKeys, KeyPeriod, KeySketch};
}

/// When a checkpoint is complete; writing and restoring its file.
pub mod checkpoints {
    pub use crate::checkpoint::directory::CheckpointDirectory;
    pub use crate::checkpoint::part::{PartContent, PartKind, RowsWriter, SavedPart, SavedRows};
    pub use crate::checkpoint::protocol::Protocol;
    pub use crate::checkpoint::report::{Moment, Report, Reports, SaverId};
    pub use crate::checkpoint::restored::{EachRow, RestoredCheckpoint};
    pub use crate::checkpoint::write::WrittenCheckpoint;
}
