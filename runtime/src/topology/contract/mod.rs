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
//! # Examples
//! Both lines declare the same:
//! ```
//! use millstream::prelude::*;
//! use millstream::topology::contract::{Fits, Takes};
//!
//! #[operator]
//! async fn double(number: u64) -> u64 {
//!     2 * number
//! }
//!
//! let job = Builder::new("doubling");
//! job.source(from_iter([1, 2])).then(double {}).ignore();
//! Fits::then(Takes::event(job.source(from_iter([1, 2])), double {})).ignore();
//! ```

mod accepts;
mod alike;
mod closures;
mod emits;
mod events;
mod groups;
mod joins;
mod returns;
mod splits;
mod takes;
mod times;
mod windows;

pub use accepts::{Accepts, Ending};
pub use alike::{Alike, Another, Merged, Same, SameTime};
pub use closures::{Holds, Moves, Plain};
pub use emits::{Emits, Given};
pub use events::{Copied, Dated, HasEventTime, IsKeyed, Keyed, Splits};
pub use groups::Groups;
pub use joins::{And, Beside, Partners, SameKey};
pub use returns::{Itself, Returns};
pub use splits::{Behind, Here, Place, Splitting, SplittingThen, Unused, Use, Used, Uses};
pub use takes::{
    Connected, Continue, Fit, Fits, HasKey, KeyFor, NoKey, RoutedBy, Takes, Unconnected, Upstream,
};
pub use times::{Marks, Of};
pub use windows::{Aggregates, Aggregating, Gathered, Gathers, Shared, TimeFor, Whole};

/// Marks an implementation for what can be.
#[derive(Debug, Clone, Copy)]
pub struct Possible;

/// Marks an implementation for what cannot be.
#[derive(Debug, Clone, Copy)]
pub struct Impossible;

/// What nothing is.
pub trait Nothing {}
