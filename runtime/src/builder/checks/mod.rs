//! The checks that `topology!` makes of a topology: traits that report a missing implementation to
//! the user.
//!
//! For an unsatisfied bound on a method, the compiler also prints where the bound is, with types
//! of the library. For the bound of an associated function on `Self` it does not. So each trait
//! here has such a function, which `topology!` calls by its path. The user then reads the message
//! of the trait at a token of their own, and nothing else. The methods of the builder have the same
//! bounds and the same effect. `docs/decisions/0007-checks-are-paths.md` has the reasons.
//!
//! A trait with a parameter `M` is implemented twice, the second time for types that do not exist.
//! With two candidates the compiler stops at the first mistake and does not report the errors that
//! follow from it.
//!
//! Traits that are implemented for all types of a kind are hidden from the documentation: rustdoc
//! would list them on the page of every such type, yours included.
//!
//! The compiler adds the name of the trait, "the trait `Sink<…>` is not implemented for …". So a
//! trait that asks for something that users know has its name here: `checks::Sink` is implemented
//! by what implements [`Sink`](crate::sink::Sink). `tests/macros/ui/exceptions.rs` lists what the
//! compiler adds otherwise.
//!
//! # Examples
//! Both lines declare the same topology:
//! ```
//! use millstream::checks;
//! use millstream::prelude::*;
//!
//! #[operator]
//! async fn double(number: u64) -> u64 {
//!     2 * number
//! }
//!
//! let job = Builder::new("doubling");
//! job.source(from_iter([1, 2])).then(double {}).ignore();
//! let fit = checks::Operator::event(job.source(from_iter([1, 2])), double {});
//! checks::Fits::then(fit).stream().ignore();
//! ```

mod accepts;
mod alike;
mod begun;
mod calls;
mod closures;
mod emits;
mod events;
mod futures;
mod given;
mod groups;
mod heads;
mod joins;
mod letters;
mod memory;
mod numbers;
mod parts;
pub mod plain;
mod promise;
mod returns;
mod splits;
mod takes;
mod times;
mod windows;

#[cfg(feature = "json")]
pub use crate::connector::json::dead_letters;

pub use super::bounds::{
    EdgePolicy, Excused, Fitting, HasEventTime, HasKey, Impossible, IsKeyed, KeptKey, KeyFor,
    MayDrop, NoKey, Nothing, Possible, TimeFor, TimedWindows, Upstream, WindowsOn, WithAnyKey,
    WithEventTime, WithoutPromise,
};
pub use accepts::{
    Accepts as Sink, AcceptsAgain as AnotherSink, AcceptsForEach as EachSink,
    AcceptsForFile as FileSink, AcceptsForLines as LineSink, CheckedSink, ClosureAsSink,
    EachClosure,
};
pub use alike::{
    DetachedStreams, Gather, IsType, Meeting, MergeWith, Merged, SameEvents, SameTime,
};
pub use begun::BegunJob;
pub use calls::HasCalls;
pub use closures::{FlatMapOf, FlatMapsTo as IntoEvents, Items, MapOf, MapsTo as Event};
pub use emits::{
    CheckedSource, Emits as Source, EmitsAgain as AnotherSource, EmitsFromFile as FileSource,
    EmitsOwned as OwnedSource,
};
pub use events::{CloneEvents as Clone, SplitEvents as Outputs};
pub use futures::{AreEvents, Futures, NoFutures, NotFutures, SetFuturesApart};
pub use given::{
    Any, ByEventTime, ByFilter, ByFlatMap, ByInspect, ByKey, ByMap, ByTie, ByValue, CapturedBy,
    CloneAndSend, ClosureOf, FilterClosure, FlatMapClosure, HasWindows, HoldsClosure,
    InspectClosure, KeyClosure, MapClosure, TieClosure, TimeClosure, ValueAsClosure, ValueClosure,
};
pub use groups::{GroupKey as Key, KeyOfEvents};
pub use heads::{
    HasErrors as Errors, HasLateEvents as LateEvents, HasOverflow as OverflowEvents,
    HasUnmatched as UnmatchedEvents, IsStream as Stream, NoOutput, SetOutputsApart,
};
pub use joins::{AddSide, JoinStart, JoinsOn as JoinBound, SameKey};
pub use letters::{HoldsEvents as DeadLetter, IsLetter};
pub use memory::{KeptIn as Serialize, KeyOf};
pub use numbers::{CountsInstances as InstanceNumber, IsWhole as WholeNumber};
pub use parts::{Detaches, IsPart as PartFunction};
pub use promise::{EndedBy as WritesTo, FedBy as ReadsFrom};
pub use returns::{FeedsBack, LoopEvent};
pub use splits::{
    AfterOutput, FirstOutput, OutputIndex, Splitting, SplittingNext, UnusedOutput, UseOutput,
    UsedOutput, UsedOutputs,
};
pub use takes::{
    ClosureAsOperator, ErrorsConnected, ErrorsUnconnected, Fit, Fits, KeyedFor, Operation, Routes,
    Takes as Operator, TakesByValue as OperatorValue, TakesWindows as WindowOperator,
};
pub use times::{EventsOf, MakesWatermarks as Watermarks, TimeBy, TimeOf};
pub use windows::{
    Aggregates as Aggregate, Aggregation, FullWindowKind, HasFullWindows, ValuesOf,
    WindowKind as Windows,
};
