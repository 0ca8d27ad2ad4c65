//! How many different ones.

use super::Aggregate;
use crate::key::Key;
use hashbrown::HashTable;

/// How many different values there are.
#[derive(Debug, Clone, Copy)]
pub struct Distinct;

/// How many different values there are, exactly: each is kept once. They are compared as
/// [keys](Key).
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let mut state = distinct().create();
/// ["a", "b", "a"].into_iter().for_each(|value| distinct().add(&mut state, value));
/// assert_eq!(distinct().finish(&state), 2);
/// ```
#[must_use]
pub fn distinct() -> Distinct {
    Distinct
}

impl<V: Key> Aggregate<V> for Distinct {
    type State = HashTable<V>;
    type Out = u64;
    const GROWS: bool = true;

    fn create(&self) -> HashTable<V> {
        HashTable::new()
    }

    #[inline]
    fn add(&self, state: &mut HashTable<V>, value: V) {
        let hash = value.key_hash().get();
        let entry = state.entry(hash, |held| *held == value, |held| held.key_hash().get());
        entry.or_insert(value);
    }

    fn merge(&self, state: &mut HashTable<V>, later: &HashTable<V>) {
        for value in later {
            self.add(state, value.clone());
        }
    }

    fn finish(&self, state: &HashTable<V>) -> u64 {
        state.len() as u64
    }
}
