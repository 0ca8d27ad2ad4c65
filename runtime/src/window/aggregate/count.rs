//! How many.

use super::Aggregate;

/// How many values there are.
#[derive(Debug, Clone, Copy)]
pub struct Count;

/// How many values there are, whatever they are.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut state = Aggregate::<()>::create(&count());
/// count().add(&mut state, ());
/// assert_eq!(Aggregate::<()>::finish(&count(), &state), 1);
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
}
