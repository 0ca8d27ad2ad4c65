//! The greatest few.

use super::Aggregate;

/// The greatest few of the values.
#[derive(Debug, Clone, Copy)]
pub struct Top(usize);

/// The `n` greatest of the values, greatest first; of equal ones those that came first.
///
/// Time and memory are those of `n` values.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut state = top(2).create();
/// [3, 1, 2].into_iter().for_each(|value| top(2).add(&mut state, value));
/// assert_eq!(top(2).finish(&state), [3, 2]);
/// ```
#[must_use]
pub fn top(n: usize) -> Top {
    Top(n)
}

impl<V: Ord + Clone + Send + 'static> Aggregate<V> for Top {
    type State = Vec<V>;
    type Out = Vec<V>;

    fn create(&self) -> Vec<V> {
        Vec::new()
    }

    #[inline]
    fn add(&self, state: &mut Vec<V>, value: V) {
        if state.len() >= self.0 && state.last().is_none_or(|least| value <= *least) {
            return;
        }
        let at = state.partition_point(|held| *held >= value);
        state.insert(at, value);
        state.truncate(self.0);
    }

    fn merge(&self, state: &mut Vec<V>, later: &Vec<V>) {
        for value in later {
            self.add(state, value.clone());
        }
    }

    fn finish(&self, state: &Vec<V>) -> Vec<V> {
        state.clone()
    }
}
