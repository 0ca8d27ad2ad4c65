//! Sums and means.

use super::Aggregate;
use std::ops::Add;

/// The sum of the values.
#[derive(Debug, Clone, Copy)]
pub struct Sum;

/// The sum of the values; their `Default` if there are none.
///
/// An integer that overflows does what the type's `+` does: widen it when selecting it if it may.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut state = sum().create();
/// [1.5, 2.0].into_iter().for_each(|value| sum().add(&mut state, value));
/// assert_eq!(sum().finish(&state), 3.5);
/// ```
#[must_use]
pub fn sum() -> Sum {
    Sum
}

impl<V: Add<Output = V> + Clone + Default + Send + 'static> Aggregate<V> for Sum {
    type State = V;
    type Out = V;

    #[inline]
    fn create(&self) -> V {
        V::default()
    }

    #[inline]
    fn add(&self, state: &mut V, value: V) {
        *state = std::mem::take(state) + value;
    }

    #[inline]
    fn merge(&self, state: &mut V, later: &V) {
        *state = std::mem::take(state) + later.clone();
    }

    #[inline]
    fn finish(&self, state: &V) -> V {
        state.clone()
    }
}

/// The mean of the values.
#[derive(Debug, Clone, Copy)]
pub struct Mean;

/// The mean of the values; 0 if there are none.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut state = Aggregate::<f64>::create(&mean());
/// [1.0, 2.0].into_iter().for_each(|value| mean().add(&mut state, value));
/// assert_eq!(Aggregate::<f64>::finish(&mean(), &state), 1.5);
/// ```
#[must_use]
pub fn mean() -> Mean {
    Mean
}

impl<V: Into<f64>> Aggregate<V> for Mean {
    type State = (u64, f64);
    type Out = f64;

    #[inline]
    fn create(&self) -> (u64, f64) {
        (0, 0.0)
    }

    #[inline]
    fn add(&self, (count, sum): &mut (u64, f64), value: V) {
        *count += 1;
        *sum += value.into();
    }

    #[inline]
    fn merge(&self, (count, sum): &mut (u64, f64), later: &(u64, f64)) {
        *count += later.0;
        *sum += later.1;
    }

    #[inline]
    #[expect(clippy::cast_precision_loss, reason = "no window has 2^53 events")]
    fn finish(&self, (count, sum): &(u64, f64)) -> f64 {
        if *count == 0 { 0.0 } else { sum / *count as f64 }
    }
}
