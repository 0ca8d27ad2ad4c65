//! What is made of the events of a window while they come in.
//!
//! An aggregate keeps a small state instead of the events: [`create`](Aggregate::create) one, `add`
//! each event to it, `merge` two of them, `finish` with the result. Windows that overlap share
//! their panes: an event is added to one pane, and the panes of a window are merged, each a
//! constant number of times however many windows there are (Tangwongsan, Hirzel, Schneider,
//! *Low-latency sliding-window aggregation in worst-case constant time*, 2017: the two stacks).
//!
//! # Examples
//! One of your own, the spread of what is seen:
//! ```
//! use millstream::prelude::*;
//!
//! #[derive(Clone)]
//! struct Spread;
//!
//! impl Aggregate<i64> for Spread {
//!     type State = (i64, i64);
//!     type Out = i64;
//!
//!     fn create(&self) -> (i64, i64) {
//!         (i64::MAX, i64::MIN)
//!     }
//!     fn add(&self, (least, greatest): &mut (i64, i64), value: i64) {
//!         (*least, *greatest) = ((*least).min(value), (*greatest).max(value));
//!     }
//!     fn merge(&self, (least, greatest): &mut (i64, i64), later: &(i64, i64)) {
//!         (*least, *greatest) = ((*least).min(later.0), (*greatest).max(later.1));
//!     }
//!     fn finish(&self, (least, greatest): &(i64, i64)) -> i64 {
//!         greatest - least
//!     }
//! }
//!
//! let mut seen = Spread.create();
//! [3, 9, 4].into_iter().for_each(|value| Spread.add(&mut seen, value));
//! assert_eq!(Spread.finish(&seen), 6);
//! ```

mod collect;
mod count;
mod distinct;
mod extreme;
mod fold;
mod sum;
mod top;
mod tuple;

pub use collect::{Collect, FirstOrLast, collect, first, last};
pub use count::{Count, count};
pub use distinct::{Distinct, distinct};
pub use extreme::{Extreme, ExtremeF64, max, max_f64, min, min_f64};
pub use fold::{FinishedFold, Fold, fold};
pub use sum::{Mean, Sum, mean, sum};
pub use top::{Top, top};

/// What is made of the values of a window while they come in.
///
/// `merge` must give what adding the values of both states in turn would give: how the values are
/// spread over states is the engine's business. A value that comes late is added to the state of
/// its pane, so the order in which values are added is that of arrival within a pane, and that of
/// time between panes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not aggregate `{V}` values [M0316]",
    label = "does not take `{V}` values, which the closure before it selects",
    note = "help: `count()` takes anything, `sum()` what can be added, `mean()` what is \
            `Into<f64>`, `min()`, `max()` and `top(n)` what is `Ord`, `distinct()` keys; select \
            another value; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0316.md"
)]
pub trait Aggregate<V>: Clone + Send + 'static {
    /// What is kept.
    type State: Clone + Send + 'static;
    /// The result.
    type Out: Send + 'static;
    /// Whether the state grows with the number of values. The panes of overlapping windows are then
    /// merged anew for each window, instead of keeping merged states of many panes.
    const GROWS: bool = false;

    /// The state of no values.
    fn create(&self) -> Self::State;

    /// Adds a value.
    fn add(&self, state: &mut Self::State, value: V);

    /// Adds all values of another state, which come after those of this one.
    fn merge(&self, state: &mut Self::State, later: &Self::State);

    /// The result.
    fn finish(&self, state: &Self::State) -> Self::Out;
}
