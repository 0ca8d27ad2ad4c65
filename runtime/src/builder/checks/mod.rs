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
//! use millstream::builder::checks::{Fits, Takes};
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
    Dated, Fitting, Gathered, HasEventTime, HasKey, HasOne, Impossible, IsKeyed, KeyFor, NoKey,
    Nothing, Possible, TimeFor, Timely, Upstream,
};
pub use accepts::{Accepts, Ending};
pub use alike::{Alike, Another, Merged, Same, SameTime};
pub use closures::{FlatMapBy, Holds, Items, MapBy, Moves};
pub use emits::{Emits, Given};
pub use events::{Copied, Splits};
pub use groups::{GroupBy, Groups};
pub use joins::{And, Beside, Partners, SameKey};
pub use promise::{EndedBy, FedBy};
pub use returns::{Itself, Returns};
pub use splits::{Behind, Here, Place, Splitting, SplittingThen, Unused, Use, Used, Uses};
pub use takes::{Connected, Fit, Fits, Operation, RoutedBy, Takes, Unconnected};
pub use times::{Marks, Of, TimeBy};
pub use windows::{Aggregates, Aggregation, Gathers, Shared, Whole};
