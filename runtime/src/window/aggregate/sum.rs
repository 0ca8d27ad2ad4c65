//! Sums and means.

use super::{Aggregate, exact};
use std::ops::Add;

/// The aggregate of [`sum`].
#[derive(Debug, Clone, Copy)]
pub struct Sum;

/// Adds values up with `+`; the result of no values is their [`Default`].
///
/// An integer overflows as its `+` does: it panics in debug builds and wraps in release builds.
/// Select a wider type if that may happen.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let bytes = Collected::new();
/// let packets = [("10.0.0.1", 1_500_u32), ("10.0.0.2", 40), ("10.0.0.1", 900)];
/// let topology = topology!(
///     sent = source(from_iter(packets))
///         >> by(|packet| packet.0)
///         >> window(counted(100))
///         >> aggregate(|packet| u64::from(packet.1), sum()),
///     sent >> map(|sent: WindowResult<_, u64>| (sent.key, sent.value)) >> sink(bytes.sink()),
///     sent.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(bytes.take(), [("10.0.0.1", 2_400), ("10.0.0.2", 40)]);
/// # Ok(())
/// # }
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

    #[inline]
    fn subtracts(&self) -> bool {
        exact::is_exact::<V>()
    }

    #[inline]
    fn subtract(&self, state: &mut V, merged: &V) {
        exact::subtract(state, merged);
    }
}

/// The aggregate of [`mean`].
#[derive(Debug, Clone, Copy)]
pub struct Mean;

/// Averages values; the result of no values is 0.
///
/// Values are added up as `f64`, so select a number that converts to it without loss: `i32`, `u32`
/// or `f32`, say.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut state = Aggregate::<f64>::create(&mean());
/// [19.5, 21.0, 22.5].into_iter().for_each(|celsius: f64| mean().add(&mut state, celsius));
/// assert_eq!(Aggregate::<f64>::finish(&mean(), &state), 21.0);
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
