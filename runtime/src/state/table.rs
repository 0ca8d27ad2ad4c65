//! Keyed state in memory.

use crate::key::{Key, KeyHash};
use hashbrown::HashTable;
use hashbrown::hash_table::OccupiedEntry;

struct Row<K, S> {
    key: K,
    state: S,
}

/// The states of one operator instance, found by the hash that travels with the event.
///
/// # Examples
/// ```
/// use millstream::key::Key;
/// use millstream::state::StateTable;
///
/// let mut counts: StateTable<&str, u64> = StateTable::new();
/// *counts.slot("car".key_hash(), "car").state() += 1;
/// assert_eq!(counts.len(), 1);
/// counts.slot("car".key_hash(), "car").remove();
/// assert!(counts.is_empty());
/// ```
pub struct StateTable<K, S> {
    rows: HashTable<Row<K, S>>,
}

impl<K, S> std::fmt::Debug for StateTable<K, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StateTable").field("len", &self.rows.len()).finish_non_exhaustive()
    }
}

impl<K, S> Default for StateTable<K, S> {
    fn default() -> Self {
        Self { rows: HashTable::new() }
    }
}

impl<K: Key, S: Default> StateTable<K, S> {
    /// A table without a key.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The place of a key; it holds `S::default()` if the key is new.
    #[inline(always)]
    pub fn slot(&mut self, hash: KeyHash, key: K) -> Slot<'_, K, S> {
        let entry = match self.rows.find_entry(hash.get(), |row| row.key == key) {
            Ok(entry) => entry,
            Err(absent) => Self::begin(absent.into_table(), hash, key),
        };
        Slot { entry }
    }

    #[cold]
    fn begin(
        rows: &mut HashTable<Row<K, S>>,
        hash: KeyHash,
        key: K,
    ) -> OccupiedEntry<'_, Row<K, S>> {
        let row = Row { key, state: S::default() };
        // A row does not keep its hash: it is smaller so, and growing is rare.
        rows.insert_unique(hash.get(), row, |row| row.key.key_hash().get())
    }

    /// The number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no key has state.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// The place of one key in a [`StateTable`].
pub struct Slot<'a, K, S> {
    entry: OccupiedEntry<'a, Row<K, S>>,
}

impl<K, S> std::fmt::Debug for Slot<'_, K, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

impl<'a, K, S> Slot<'a, K, S> {
    /// The state, for as long as the table is borrowed.
    #[inline]
    #[must_use]
    pub fn into_state(self) -> &'a mut S {
        &mut self.entry.into_mut().state
    }

    /// The state.
    #[inline]
    pub fn state(&mut self) -> &mut S {
        &mut self.entry.get_mut().state
    }

    /// Forgets the key.
    #[inline]
    pub fn remove(self) {
        let (row, _) = self.entry.remove();
        drop(row);
    }
}
