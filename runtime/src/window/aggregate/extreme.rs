//! The least and the greatest.

use super::Aggregate;
use std::cmp::Ordering;

/// The least or the greatest of the values.
#[derive(Debug, Clone, Copy)]
pub struct Extreme(Ordering);

/// The least of the values, the first of equal ones; none if there are none.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut state = min().create();
/// [3, 1, 2].into_iter().for_each(|value| min().add(&mut state, value));
/// assert_eq!(min().finish(&state), Some(1));
/// ```
#[must_use]
pub fn min() -> Extreme {
    Extreme(Ordering::Less)
}

/// The greatest of the values, the first of equal ones; none if there are none.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut state = max().create();
/// [3, 1, 2].into_iter().for_each(|value| max().add(&mut state, value));
/// assert_eq!(max().finish(&state), Some(3));
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
        if state.as_ref().is_none_or(|held| value.cmp(held) == self.0) {
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

/// The least or the greatest of floating point values.
#[derive(Debug, Clone, Copy)]
pub struct ExtremeF64(fn(f64, f64) -> f64);

/// The least of floating point values, which have no order of their own; `NaN` is left out. None if
/// there are none.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut state = min_f64().create();
/// [3.5, 1.5].into_iter().for_each(|value| min_f64().add(&mut state, value));
/// assert_eq!(min_f64().finish(&state), Some(1.5));
/// ```
#[must_use]
pub fn min_f64() -> ExtremeF64 {
    ExtremeF64(f64::min)
}

/// The greatest of floating point values, which have no order of their own; `NaN` is left out. None
/// if there are none.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut state = max_f64().create();
/// [3.5, 1.5].into_iter().for_each(|value| max_f64().add(&mut state, value));
/// assert_eq!(max_f64().finish(&state), Some(3.5));
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
        *state = Some(state.map_or(value, |held| (self.0)(held, value)));
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
