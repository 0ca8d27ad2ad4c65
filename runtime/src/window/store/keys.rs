//! Keys that have something, each with a number.
//!
//! The place that was given up last is taken first, so that those in use, and the memory of what
//! they hold, stay together in the cache.

use crate::key::{Key, KeyHash};
use crate::time::EventTime;
use hashbrown::HashTable;
use std::fmt;

/// A key and what it has; in this order, so that what each event needs lies together.
#[repr(C)]
pub(crate) struct Row<K, H> {
    pub(crate) key: K,
    /// When the key is looked at next; an entry of a schedule for another time is stale.
    pub(crate) due: Option<EventTime>,
    pub(crate) held: H,
    pub(crate) hash: KeyHash,
}

/// Keys that have something, each with a number.
pub(crate) struct Keys<K, H> {
    rows: Vec<Row<K, H>>,
    index: HashTable<usize>,
    vacant: Vec<usize>,
}

impl<K, H> fmt::Debug for Keys<K, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("len", &self.index.len()).finish_non_exhaustive()
    }
}

impl<K, H> Default for Keys<K, H> {
    fn default() -> Self {
        Self { rows: Vec::new(), index: HashTable::new(), vacant: Vec::new() }
    }
}

impl<K: Key, H: Default> Keys<K, H> {
    /// The row of a number.
    #[inline]
    pub(crate) fn get_mut(&mut self, at: usize) -> Option<&mut Row<K, H>> {
        self.rows.get_mut(at)
    }

    /// One more than the greatest number; some of those below may be vacant.
    pub(crate) fn places(&self) -> usize {
        self.rows.len()
    }

    /// The number of a key, which is given one if it has none.
    #[inline]
    pub(crate) fn find(&mut self, key: K, hash: KeyHash) -> usize {
        let same = |at: &usize| self.rows.get(*at).is_some_and(|row| row.key == key);
        match self.index.find(hash.get(), same) {
            Some(at) => *at,
            None => self.begin(key, hash),
        }
    }

    /// The number of a key, if it has one.
    #[inline]
    pub(crate) fn position(&self, key: &K, hash: KeyHash) -> Option<usize> {
        let same = |at: &usize| self.rows.get(*at).is_some_and(|row| row.key == *key);
        self.index.find(hash.get(), same).copied()
    }

    fn begin(&mut self, key: K, hash: KeyHash) -> usize {
        let at = self.vacant.pop().unwrap_or(self.rows.len());
        match self.rows.get_mut(at) {
            Some(row) => (row.key, row.hash) = (key, hash),
            None => self.rows.push(Row { key, due: None, held: H::default(), hash }),
        }
        let rows = &self.rows;
        let hash_of = |at: &usize| rows.get(*at).map_or(0, |row| row.hash.get());
        self.index.insert_unique(hash.get(), at, hash_of);
        at
    }

    /// Forgets a key, which has nothing any more; its place is the next to be taken.
    #[inline]
    pub(crate) fn forget(&mut self, at: usize) {
        let Some(row) = self.rows.get_mut(at) else { return };
        row.due = None;
        if let Ok(entry) = self.index.find_entry(row.hash.get(), |found| *found == at) {
            entry.remove();
        }
        self.vacant.push(at);
    }
}
