//! What may follow what: the traits whose missing implementation is a message to the user.
//!
//! A bound on a method makes the compiler add where the bound stands, with the library's own types
//! in it. The bound that an associated function of a trait has on `Self` does not. So each trait
//! here has such a function, which `topology!` calls by its path: what the user reads is the
//! sentence of the trait and the user's own token, nothing else. The methods of the builder do the
//! same and have the same bounds. `docs/decisions/0007-checks-are-paths.md` has the reasons.
//!
//! Where a trait has a parameter `M`, it is implemented twice, once for what cannot be. With two
//! implementations to choose from the compiler gives up at the first mistake, and does not go on to
//! complain about what follows from it.
//!
//! Traits that are implemented for all types of a kind are hidden from the documentation: rustdoc
//! would list them on the page of every such type, yours included.
//!
//! # Examples
//! Both lines declare the same:
//! ```
//! use millstream::prelude::*;
//! use millstream::checks::{Fits, Takes};
//!
//! #[operator]
//! async fn double(number: u64) -> u64 {
//!     2 * number
//! }
//!
//! let job = Builder::new("doubling");
//! job.source(from_iter([1, 2])).then(double {}).ignore();
//! Fits::then(Takes::event(job.source(from_iter([1, 2])), double {})).stream().ignore();
//! ```

mod accepts;
mod alike;
mod closures;
mod emits;
mod events;
mod groups;
mod joins;
mod promise;
mod returns;
mod splits;
mod takes;
mod times;
mod windows;

pub use super::bounds::{
    Fitting, HasEventTime, HasKey, Impossible, IsKeyed, KeyFor, NoKey, Nothing, Possible, TimeFor,
    TimedWindows, Upstream, WindowsOn, WithAnyKey, WithEventTime,
};
pub use accepts::{Accepts, CheckedSink};
pub use alike::{IsType, MergeWith, Merged, SameEvents, SameTime};
pub use closures::{FlatMapBy, FlatMapsTo, Items, MapBy, MapsTo};
pub use emits::{CheckedSource, Emits};
pub use events::{CloneEvents, SplitEvents};
pub use groups::{GroupBy, GroupKey};
pub use joins::{AddSide, JoinStart, JoinsOn, SameKey};
pub use promise::{EndedBy, FedBy};
pub use returns::{FeedsBack, LoopEvent};
pub use splits::{
    AfterOutput, FirstOutput, OutputIndex, Splitting, SplittingNext, UnusedOutput, UseOutput,
    UsedOutput, UsedOutputs,
};
pub use takes::{ErrorsConnected, ErrorsUnconnected, Fit, Fits, Operation, RoutedBy, Takes};
pub use times::{EventsOf, MakesWatermarks, TimeBy};
pub use windows::{Aggregates, Aggregation, FullWindowKind, HasFullWindows, WindowKind};
