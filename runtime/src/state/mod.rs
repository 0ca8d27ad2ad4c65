//! Keyed state: what an operator remembers for each key.
//!
//! An operator does not own its state. It receives `&mut S` for the key of the event at hand, as
//! the second parameter of its function, and changes it in place. Equal keys reach the same
//! instance, so no lock is involved.
//!
//! State lives in memory, in a table per instance: one entry for every key seen, until the operator
//! calls [`Context::forget_key`](crate::operator::Context::forget_key), or its time to live is over
//! (`#[operator(ttl = "1h")]`). An unbounded set of keys (sessions, orders) needs one of them.
//! State belongs to operator, key group and key, so that it can be stored, moved to another
//! instance and restored.
//!
//! # Examples
//! ```
//! use millstream::prelude::*;
//!
//! #[operator]
//! async fn running_total(order: (&'static str, u64), total: &mut u64) -> (&'static str, u64) {
//!     *total += order.1;
//!     (order.0, *total)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let totals = Collected::new();
//! topology!(
//!     orders = source(from_iter([("ann", 3), ("bob", 5), ("ann", 4)])),
//!     orders >> by(|order| order.0) >> running_total >> sink(totals.sink()),
//! )
//! .run(Config::default())
//! .await?;
//! assert_eq!(totals.take(), [("ann", 3), ("bob", 5), ("ann", 7)]);
//! # Ok(())
//! # }
//! ```

#[cfg(test)]
pub(crate) mod conformance;
mod encode;
pub(crate) mod expiring;
mod kept_types;
pub(crate) mod mark;
pub(crate) mod memory;
pub(crate) mod rows;
pub(crate) mod shape;
pub(crate) mod table;
pub(crate) mod timers;
mod times;

pub(crate) use encode::{append, encode};
pub(crate) use expiring::{Expiring, ExpiringTable};
pub(crate) use kept_types::{CONTENTS, KEY, SIDES, STATE, TypeFate, WAITING_EVENT};
pub use kept_types::{KeptType, WrittenShapes};
pub(crate) use mark::{RowChange, RowMark};
pub use memory::{Durable, Kept, Memory, TypeShape, Volatile};
pub(crate) use rows::{Row, Rows};
pub use shape::StateShape;
pub(crate) use table::{StateEntry, StateTable, new_state};
pub(crate) use timers::{DueTimer, NextTimer, PendingTimer, Timers, Until};

/// A type that an operator can keep per key; any `Default + Send + 'static` type is.
///
/// The state of a new key is its `Default`, and again after
/// [`forget_key`](crate::operator::Context::forget_key). A key costs the size of key and state,
/// plus what the state owns.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// #[derive(Default)]
/// struct Mean { sum: f64, count: u32 }
///
/// #[operator]
/// async fn mean_so_far(celsius: f64, mean: &mut Mean) -> f64 {
///     mean.sum += celsius;
///     mean.count += 1;
///     mean.sum / f64::from(mean.count)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut mean = Mean::default();
/// assert_eq!(mean_so_far(20.0, &mut mean).await, 20.0);
/// assert_eq!(mean_so_far(22.0, &mut mean).await, 21.0);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the state of an operator",
    label = "state begins as its `Default` and moves between threads",
    note = "derive `Default` for `{Self}`, and hold nothing in it that is not `Send`"
)]
#[doc(hidden)]
pub trait State: Default + Send + 'static {}

impl<S: Default + Send + 'static> State for S {}
