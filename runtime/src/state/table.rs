//! Keyed state in memory.

use super::mark::{RowChange, RowMark};
use super::rows::{self, Absent, Rows, Swept};
use crate::error::{Error, ErrorKind, note_panic};
use crate::key::{Key, KeyHash};
use std::marker::PhantomData;

/// The state of all keys of one instance, found by the hash that travels with the event.
///
/// A hash table in memory: one entry per key until it is removed.
///
/// # Examples
/// ```
/// use millstream::key::Key;
/// use millstream::plumbing::tables::StateTable;
///
/// let mut counts: StateTable<&str, u64> = StateTable::new();
/// *counts.slot("car".key_hash(), "car").state() += 1;
/// assert_eq!(counts.len(), 1);
/// counts.slot("car".key_hash(), "car").remove();
/// assert!(counts.is_empty());
/// ```
pub struct StateTable<K, S, M = ()> {
    rows: Rows<K, S, M>,
    removal: Removal,
}

/// The size of a table, in bytes, from which on it pays to look ahead. In tests it is that of a few
/// rows: they take the loops with and without.
const FAR: usize = if cfg!(any(test, millstream_looks_ahead)) { 256 } else { 8 << 20 };

/// What becomes of a row that is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Removal {
    /// It is gone.
    #[default]
    AtOnce,
    /// It stays, with the state of a new key, until a checkpoint has noted that.
    Noted,
}

impl<K, S, M> std::fmt::Debug for StateTable<K, S, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StateTable").field("len", &self.rows.len()).finish_non_exhaustive()
    }
}

impl<K, S, M> Default for StateTable<K, S, M> {
    fn default() -> Self {
        Self { rows: Rows::default(), removal: Removal::default() }
    }
}

impl<K: Key, S: Default, M: RowMark> StateTable<K, S, M> {
    /// Creates an empty table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the entry of a key, with `S::default()` if the key is new.
    #[inline(always)]
    pub fn slot(&mut self, hash: KeyHash, key: K) -> StateEntry<'_, K, S, M> {
        let removal = self.removal;
        let slot = match self.rows.find(hash, &key) {
            Ok(slot) => slot,
            Err(absent) => Self::begin(absent, key),
        };
        StateEntry { slot, removal }
    }

    /// The same for a key that is cloned only if it is new.
    #[inline(always)]
    pub(crate) fn slot_of(&mut self, hash: KeyHash, key: &K) -> StateEntry<'_, K, S, M> {
        let removal = self.removal;
        let slot = match self.rows.find(hash, key) {
            Ok(slot) => slot,
            Err(absent) => Self::begin(absent, key.clone()),
        };
        StateEntry { slot, removal }
    }

    /// Whether the table is so large that most rows are probably in none of the nearer caches.
    pub(crate) fn is_far(&self) -> bool {
        self.rows.bytes() > FAR
    }

    /// Reads the row of a key, and does nothing with it: the processor fetches it.
    #[inline(always)]
    pub(crate) fn look_at(&self, hash: KeyHash, key: &K) {
        std::hint::black_box(self.rows.contains(hash, key));
    }

    /// Keeps removed rows until [`changes`](Self::changes) has visited them: for a job that takes
    /// checkpoints.
    pub(crate) fn note_removals(&mut self) {
        self.removal = Removal::Noted;
    }

    #[cold]
    fn begin(absent: Absent<'_, K, S, M>, key: K) -> rows::RowSlot<'_, K, S, M> {
        absent.insert(key, new_state())
    }

    /// Calls `visit` with each key and state that has changed since the last call. A key that was
    /// removed comes with its default state.
    ///
    /// # Errors
    /// The first error of `visit`.
    pub(crate) fn changes<E>(
        &mut self,
        mut visit: impl FnMut(&K, &S, RowChange) -> Result<(), E>,
    ) -> Result<(), E> {
        self.rows.changes(|row, change| visit(&row.key, &row.value, change))
    }

    /// Inserts the state of a key from a checkpoint: as it is there, or changed.
    pub(crate) fn restore(&mut self, hash: KeyHash, key: K, (state, change): (S, RowChange)) {
        if change == RowChange::Unchanged {
            self.rows.restore(hash, key, state);
        } else {
            *self.slot(hash, key).state() = state;
        }
    }

    /// The state of a key as [`restore`](Self::restore) has inserted it.
    pub(crate) fn restored(&mut self, hash: KeyHash, key: &K) -> Option<&mut S> {
        self.rows.restored(hash, key)
    }

    /// Decides what becomes of each key. One that is removed is gone once a checkpoint has noted
    /// that, if it has to.
    pub(crate) fn sweep(&mut self, decide: impl FnMut(&mut S) -> Swept) {
        match self.removal {
            Removal::AtOnce => self.rows.sweep(decide, |_| true),
            Removal::Noted => self.rows.sweep(decide, |row| row.removed_as(new_state)),
        }
    }

    /// The number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the table has no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 0
    }
}

/// The entry of a key in a [`StateTable`].
pub struct StateEntry<'a, K, S, M = ()> {
    slot: rows::RowSlot<'a, K, S, M>,
    removal: Removal,
}

impl<K, S, M> std::fmt::Debug for StateEntry<'_, K, S, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

impl<K, S: Default, M: RowMark> StateEntry<'_, K, S, M> {
    /// The state.
    #[inline]
    pub fn state(&mut self) -> &mut S {
        self.slot.value()
    }

    /// Removes the key and its state.
    #[inline]
    pub fn remove(self) {
        match self.removal {
            Removal::AtOnce => drop(self.slot.remove()),
            Removal::Noted => self.slot.reset(new_state),
        }
    }
}

/// The state of a new key.
pub(crate) fn new_state<S: Default>() -> S {
    let beginning = Beginning::<S>(PhantomData);
    let state = S::default();
    drop(beginning);
    state
}

/// Names the type of state whose first value cannot be made.
struct Beginning<S>(PhantomData<S>);

impl<S> Drop for Beginning<S> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let state = std::any::type_name::<S>();
            note_panic(|| Error::new(ErrorKind::Panic, format!("`{state}::default` panicked")));
        }
    }
}

#[cfg(test)]
impl<K: Key, S: Default, M: RowMark> StateTable<K, S, M> {
    /// All keys and their states.
    pub(super) fn all(&self) -> Vec<(K, &S)> {
        self.rows.iter().map(|row| (row.key.clone(), &row.value)).collect()
    }

    /// The number of rows there is room for.
    pub(super) fn capacity(&self) -> usize {
        self.rows.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::conformance::{self, Forgets, Name, TestedTable};

    impl TestedTable for StateTable<Name, u64> {
        fn set(&mut self, hash: KeyHash, key: Name, value: u64) {
            *self.slot(hash, key).state() = value;
        }

        fn get(&mut self, hash: KeyHash, key: &Name) -> Option<u64> {
            self.rows.find(hash, key).ok().map(|mut slot| *slot.value())
        }

        fn all(&mut self) -> Vec<(Name, u64)> {
            self.rows.all()
        }
    }

    impl Forgets for StateTable<Name, u64> {
        fn forget(&mut self, hash: KeyHash, key: &Name) {
            self.slot(hash, key.clone()).remove();
        }
    }

    conformance::forgets!(StateTable<Name, u64>);

    #[test]
    fn a_removed_key_stays_only_until_a_checkpoint_has_noted_it() {
        let mut table = StateTable::<u64, u64, RowChange>::new();
        *table.slot(1.key_hash(), 1).state() = 7;
        table.slot(1.key_hash(), 1).remove();
        assert!(table.is_empty(), "no checkpoint is taken");
        table.note_removals();
        *table.slot(1.key_hash(), 1).state() = 7;
        table.slot(1.key_hash(), 1).remove();
        let mut seen = Vec::new();
        let note = |key: &u64, state: &u64, change| {
            seen.push((*key, *state, change));
            Ok::<(), ()>(())
        };
        table.changes(note).unwrap();
        assert_eq!(seen, [(1, 0, RowChange::Removed)]);
        assert!(table.is_empty());
    }

    #[test]
    fn a_new_key_begins_with_the_default() {
        let mut table = StateTable::<u64, u64>::new();
        assert_eq!(*table.slot(1.key_hash(), 1).state(), 0);
        assert_eq!(table.len(), 1);
    }
}
