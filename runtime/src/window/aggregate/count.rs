//! The number of values.

use super::Aggregate;

/// The aggregate of [`count`].
#[derive(Debug, Clone, Copy)]
pub struct Count;

/// Counts events. The selected value does not matter: select `()`.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let results = Collected::new();
/// let topology = topology!(
///     requests = source(from_iter(["GET", "PUT", "GET"])),
///     counts = requests
///         >> by(|method| *method)
///         >> window(counted(10))
///         >> aggregate(|_| (), count()),
///     counts
///         >> map(|count: WindowResult<_, u64>| (count.key, count.value))
///         >> sink(results.sink()),
///     counts.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(results.take(), [("GET", 2), ("PUT", 1)]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn count() -> Count {
    Count
}

impl<V> Aggregate<V> for Count {
    type State = u64;
    type Out = u64;

    #[inline]
    fn create(&self) -> u64 {
        0
    }

    #[inline]
    fn add(&self, state: &mut u64, _: V) {
        *state += 1;
    }

    #[inline]
    fn merge(&self, state: &mut u64, later: &u64) {
        *state += later;
    }

    #[inline]
    fn finish(&self, state: &u64) -> u64 {
        *state
    }

    #[inline]
    fn subtracts(&self) -> bool {
        true
    }

    #[inline]
    fn subtract(&self, state: &mut u64, merged: &u64) {
        *state = state.wrapping_sub(*merged);
    }
}
