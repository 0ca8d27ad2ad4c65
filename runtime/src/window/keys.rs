//! The keys of the open windows.
//!
//! Only keys with events have a place. The place that was given up last is taken first, so that
//! those in use, and the memory of their events, stay together in the cache.

use super::events::Events;
use crate::key::{Key, KeyHash};
use crate::time::EventTime;
use hashbrown::HashTable;
use std::fmt;

/// A key and its events.
pub(super) struct Row<K, T> {
    pub(super) events: Events<T>,
    pub(super) hash: KeyHash,
    /// When the key is looked at next; an entry of the schedule for another time is stale.
    pub(super) due: Option<EventTime>,
    pub(super) key: K,
}

/// The keys of the open windows, each with a number.
pub(super) struct Keys<K, T> {
    rows: Vec<Row<K, T>>,
    index: HashTable<usize>,
    vacant: Vec<usize>,
}

impl<K, T> fmt::Debug for Keys<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("len", &self.index.len()).finish_non_exhaustive()
    }
}

impl<K, T> Default for Keys<K, T> {
    fn default() -> Self {
        Self { rows: Vec::new(), index: HashTable::new(), vacant: Vec::new() }
    }
}

impl<K: Key, T> Keys<K, T> {
    /// The row of a number.
    #[inline]
    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut Row<K, T>> {
        self.rows.get_mut(at)
    }

    /// The number of a key, which is given one if it has none.
    #[inline]
    pub(super) fn find(&mut self, key: K, hash: KeyHash) -> usize {
        let same = |at: &usize| self.rows.get(*at).is_some_and(|row| row.key == key);
        match self.index.find(hash.get(), same) {
            Some(at) => *at,
            None => self.begin(key, hash),
        }
    }

    fn begin(&mut self, key: K, hash: KeyHash) -> usize {
        let at = self.vacant.pop().unwrap_or(self.rows.len());
        match self.rows.get_mut(at) {
            Some(row) => (row.key, row.hash) = (key, hash),
            None => self.rows.push(Row { events: Events::default(), hash, due: None, key }),
        }
        let rows = &self.rows;
        let hash_of = |at: &usize| rows.get(*at).map_or(0, |row| row.hash.get());
        self.index.insert_unique(hash.get(), at, hash_of);
        at
    }

    /// Forgets a key, which has no events any more; its place is the next to be taken.
    #[inline]
    pub(super) fn forget(&mut self, at: usize) {
        let Some(row) = self.rows.get_mut(at) else { return };
        row.due = None;
        if let Ok(entry) = self.index.find_entry(row.hash.get(), |found| *found == at) {
            entry.remove();
        }
        self.vacant.push(at);
    }
}
