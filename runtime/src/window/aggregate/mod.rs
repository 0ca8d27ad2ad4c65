//! Values computed from the events of a window as they arrive: counts, sums, extremes.
//!
//! Pass an aggregate to [`aggregate`](crate::builder::WindowedStream::aggregate), with a closure
//! that selects its value from an event. Combine several in a tuple; write one of your own with
//! [`fold`], or implement [`Aggregate`].
//!
//! | aggregate | result | memory per state |
//! |---|---|---|
//! | [`count`] | the number of values | constant |
//! | [`sum`], [`mean`] | their sum, their mean | constant |
//! | [`min`], [`max`], [`min_f64`], [`max_f64`] | the least, the greatest | constant |
//! | [`first`], [`last`] | the first, the last | constant |
//! | [`top`]`(n)` | the `n` greatest | `n` values |
//! | [`distinct`] | the number of different values | each different value |
//! | [`most_frequent`]`(n)` | the `n` most frequent values, with their counts | each different value |
//! | [`collect`] | all values | all values |
//! | [`fold`] | what your functions compute | your state |
//!
//! An aggregate keeps a small state instead of the events: [`create`](Aggregate::create) returns an
//! empty one, `add` adds a value, `merge` adds another state, `finish` returns the result.
//! Overlapping windows share panes: an event is added to one pane, and the panes of a window are
//! merged, each a constant number of times whatever the number of windows (the two stacks of
//! Tangwongsan, Hirzel, Schneider, *Low-latency sliding-window aggregation in worst-case constant
//! time*, 2017). Aggregates that [subtract](Aggregate::subtract) merge a pane once, and take it out
//! once.
//!
//! # Examples
//! Several aggregates in one pass:
//! ```
//! use millstream::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let results = Collected::new();
//! let trades = [(1, 310), (7, 295), (30, 302)]; // the second, the price
//! let topology = topology!(
//!     trades = source(from_iter(trades))
//!         >> event_time(|trade| EventTime::from_secs(trade.0), lateness(0.secs())),
//!     candles = trades
//!         >> by(|_| "gold")
//!         >> window(tumbling(1.mins()))
//!         >> aggregate(|trade| (trade.1, trade.1, trade.1), (max(), min(), last())),
//!     candles
//!         >> map(|candle: WindowResult<_, _>| (candle.key, candle.value))
//!         >> sink(results.sink()),
//!     candles.late >> ignore,
//! );
//! topology.run(Config::default()).await?;
//! assert_eq!(results.take(), [("gold", (Some(310), Some(295), Some(302)))]);
//! # Ok(())
//! # }
//! ```
//!
//! An aggregate of your own, the difference between the greatest and the least value:
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
mod exact;
mod extreme;
mod fold;
mod frequent;
mod sum;
mod top;
mod tuple;

pub use collect::{Collect, FirstOrLast, collect, first, last};
pub use count::{Count, count};
pub use distinct::{Distinct, DistinctValues, distinct};
pub use extreme::{Extreme, ExtremeF64, max, max_f64, min, min_f64};
pub use fold::{FinishedFold, Fold, fold};
pub use frequent::{MostFrequent, ValueCounts, most_frequent};
pub use sum::{Mean, Sum, mean, sum};
pub use top::{Top, top};

/// Computes one result from the values of a window as they arrive; implement it for aggregates that
/// are not in the [module](self).
///
/// # Laws
/// `merge` must have the result of adding the values of the second state after those of the first:
/// the engine decides how values are distributed over states. It need not be commutative. States
/// are merged in order of event time; within a state, values are added in order of arrival.
///
/// `finish` may be called several times on one state, and on a state without values.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// /// The share of values that are `true`, in percent.
/// #[derive(Clone)]
/// struct Share;
///
/// impl Aggregate<bool> for Share {
///     type State = (u64, u64);
///     type Out = u64;
///
///     fn create(&self) -> (u64, u64) {
///         (0, 0)
///     }
///     fn add(&self, (yes, all): &mut (u64, u64), value: bool) {
///         (*yes, *all) = (*yes + u64::from(value), *all + 1);
///     }
///     fn merge(&self, (yes, all): &mut (u64, u64), later: &(u64, u64)) {
///         (*yes, *all) = (*yes + later.0, *all + later.1);
///     }
///     fn finish(&self, (yes, all): &(u64, u64)) -> u64 {
///         100 * yes / (*all).max(1)
///     }
/// }
///
/// let mut state = Share.create();
/// [true, false, false, true].into_iter().for_each(|ok| Share.add(&mut state, ok));
/// assert_eq!(Share.finish(&state), 50);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not aggregate `{V}` values [M0316]",
    label = "does not take `{V}` values, which the closure before it selects",
    note = "help: `count()` takes anything, `sum()` what can be added, `mean()` what is \
            `Into<f64>`, `min()`, `max()` and `top(n)` what is `Ord`, `distinct()` keys; select \
            another value; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0316.md"
)]
pub trait Aggregate<V>: Clone + Send + 'static {
    /// What is kept of the values: of those of a key in one window, or in one pane of it.
    type State: Clone + Send + 'static;
    /// The result.
    type Out: Send + 'static;
    /// Whether the state grows with the number of values. If so, overlapping windows merge their
    /// panes anew for each window instead of keeping merged states, which saves memory.
    const GROWS: bool = false;

    /// Whether it keeps none of the values, because it was declared with a 0. A job with such an
    /// aggregate is refused at start.
    fn keeps_nothing(&self) -> bool {
        false
    }

    /// Returns a state without values.
    fn create(&self) -> Self::State;

    /// Adds a value to a state.
    fn add(&self, state: &mut Self::State, value: V);

    /// Adds the values of `later` to `state`, after its own.
    fn merge(&self, state: &mut Self::State, later: &Self::State);

    /// Returns the result of a state.
    fn finish(&self, state: &Self::State) -> Self::Out;

    /// Whether [`subtract`](Aggregate::subtract) takes a merged state out again; always the same.
    /// Overlapping windows then keep one running state per key instead of merging panes: less time,
    /// and less memory. [`count`], the [`sum`] of integers and tuples of such do.
    #[inline]
    fn subtracts(&self) -> bool {
        false
    }

    /// Takes the values of `merged` out of `state`, into which they were merged; called only if
    /// [`subtracts`](Aggregate::subtracts).
    ///
    /// Nothing of them may remain, whatever was merged before and after them. So implement it only
    /// if the order of values does not matter, and not for floating-point numbers, which would
    /// drift.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// /// The share of values that are `true`, in percent.
    /// #[derive(Clone)]
    /// struct Share;
    ///
    /// impl Aggregate<bool> for Share {
    ///     type State = (u64, u64);
    ///     type Out = u64;
    ///
    ///     fn create(&self) -> (u64, u64) {
    ///         (0, 0)
    ///     }
    ///     fn add(&self, (yes, all): &mut (u64, u64), value: bool) {
    ///         (*yes, *all) = (*yes + u64::from(value), *all + 1);
    ///     }
    ///     fn merge(&self, (yes, all): &mut (u64, u64), later: &(u64, u64)) {
    ///         (*yes, *all) = (*yes + later.0, *all + later.1);
    ///     }
    ///     fn finish(&self, (yes, all): &(u64, u64)) -> u64 {
    ///         100 * yes / (*all).max(1)
    ///     }
    ///     fn subtracts(&self) -> bool {
    ///         true
    ///     }
    ///     fn subtract(&self, (yes, all): &mut (u64, u64), merged: &(u64, u64)) {
    ///         (*yes, *all) = (*yes - merged.0, *all - merged.1);
    ///     }
    /// }
    ///
    /// let mut window = (3, 4);
    /// Share.subtract(&mut window, &(1, 2));
    /// assert_eq!(Share.finish(&window), 100);
    /// ```
    #[inline]
    fn subtract(&self, _state: &mut Self::State, _merged: &Self::State) {}
}
