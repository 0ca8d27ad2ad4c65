//! The least and the greatest value.

use super::Aggregate;
use std::cmp::Ordering;

/// The aggregate of [`min`] and [`max`].
#[derive(Debug, Clone, Copy)]
pub struct Extreme(Ordering);

/// Keeps the least value, the first of equal ones; `None` if there are no values.
///
/// Values need a total order; for floating point use [`min_f64`].
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut fastest = min().create();
/// [42.millis(), 17.millis()].into_iter().for_each(|took| min().add(&mut fastest, took));
/// assert_eq!(min().finish(&fastest), Some(17.millis()));
/// ```
#[must_use]
pub fn min() -> Extreme {
    Extreme(Ordering::Less)
}

/// Keeps the greatest value, the first of equal ones; `None` if there are no values.
///
/// Values need a total order; for floating point use [`max_f64`].
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let highest = Collected::new();
/// let bids = [("vase", 120), ("lamp", 45), ("vase", 135)];
/// let topology = topology!(
///     auctions = source(from_iter(bids))
///         >> by(|bid| bid.0)
///         >> window(counted(10))
///         >> aggregate(|bid| bid.1, max()),
///     auctions
///         >> map(|auction: WindowResult<_, _>| (auction.key, auction.value))
///         >> sink(highest.sink()),
///     auctions.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(highest.take(), [("vase", Some(135)), ("lamp", Some(45))]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn max() -> Extreme {
    Extreme(Ordering::Greater)
}

impl<V: Ord + Clone + Send + 'static> Aggregate<V> for Extreme {
    type State = Option<V>;
    type Out = Option<V>;

    #[inline]
    fn create(&self) -> Option<V> {
        None
    }

    #[inline]
    fn add(&self, state: &mut Option<V>, value: V) {
        if state.as_ref().is_none_or(|kept| value.cmp(kept) == self.0) {
            *state = Some(value);
        }
    }

    #[inline]
    fn merge(&self, state: &mut Option<V>, later: &Option<V>) {
        if let Some(value) = later {
            self.add(state, value.clone());
        }
    }

    #[inline]
    fn finish(&self, state: &Option<V>) -> Option<V> {
        state.clone()
    }
}

/// The aggregate of [`min_f64`] and [`max_f64`].
#[derive(Debug, Clone, Copy)]
pub struct ExtremeF64(fn(f64, f64) -> f64);

/// Keeps the least `f64`, ignoring `NaN`; `None` if there are no values but `NaN`.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut coldest = min_f64().create();
/// [3.5, -1.5, f64::NAN].into_iter().for_each(|celsius| min_f64().add(&mut coldest, celsius));
/// assert_eq!(min_f64().finish(&coldest), Some(-1.5));
/// ```
#[must_use]
pub fn min_f64() -> ExtremeF64 {
    ExtremeF64(f64::min)
}

/// Keeps the greatest `f64`, ignoring `NaN`; `None` if there are no values but `NaN`.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut hottest = max_f64().create();
/// [3.5, f64::NAN, 21.0].into_iter().for_each(|celsius| max_f64().add(&mut hottest, celsius));
/// assert_eq!(max_f64().finish(&hottest), Some(21.0));
/// ```
#[must_use]
pub fn max_f64() -> ExtremeF64 {
    ExtremeF64(f64::max)
}

impl Aggregate<f64> for ExtremeF64 {
    type State = Option<f64>;
    type Out = Option<f64>;

    fn create(&self) -> Option<f64> {
        None
    }

    #[inline]
    fn add(&self, state: &mut Option<f64>, value: f64) {
        *state = Some(state.map_or(value, |kept| (self.0)(kept, value)));
    }

    #[inline]
    fn merge(&self, state: &mut Option<f64>, later: &Option<f64>) {
        if let Some(value) = later {
            self.add(state, *value);
        }
    }

    fn finish(&self, state: &Option<f64>) -> Option<f64> {
        state.filter(|value| !value.is_nan())
    }
}
