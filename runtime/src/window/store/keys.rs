//! The keys of a store, each with a number that a schedule can refer to.
//!
//! The row that was vacated last is reused first, so that rows in use, and the memory they own,
//! stay together in the cache.
//!
//! The rows are those of every keyed table, but the index is not [`Rows`](crate::state::Rows),
//! which would store each key a second time. With numbers as keys, a sliding count took 2 % fewer
//! instructions that way; with strings, which each new key copies, sessions took 6 % more and
//! windows of ten events 3 %.

use crate::key::{Key, KeyHash};
use crate::state::{Row, RowMark};
use crate::time::EventTime;
use hashbrown::HashTable;
use std::fmt;

/// The value of a row; in this order, so that what each event needs is adjacent.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Scheduled<H> {
    /// When the key is due next; a schedule entry for another time is stale.
    pub(crate) due: Option<EventTime>,
    pub(crate) held: H,
}

/// A row with the hash of its key, because it is found by its number and not by the hash.
type Numbered<K, H, M> = Row<K, Scheduled<H>, M, KeyHash>;

/// The keys of a store, each with a number.
pub(crate) struct Keys<K, H, M = ()> {
    rows: Vec<Numbered<K, H, M>>,
    index: HashTable<usize>,
    vacant: Vec<usize>,
}

impl<K, H, M> fmt::Debug for Keys<K, H, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("len", &self.index.len()).finish_non_exhaustive()
    }
}

impl<K, H, M> Default for Keys<K, H, M> {
    fn default() -> Self {
        Self { rows: Vec::new(), index: HashTable::new(), vacant: Vec::new() }
    }
}

impl<K: Key, H: Default, M: RowMark> Keys<K, H, M> {
    /// Returns the row of a number.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<&Numbered<K, H, M>> {
        self.rows.get(at)
    }

    /// Returns the row of a number, and marks it as changed.
    #[inline]
    pub(crate) fn get_mut(&mut self, at: usize) -> Option<&mut Numbered<K, H, M>> {
        self.rows.get_mut(at).map(Row::marked)
    }

    /// Iterates over all rows with their numbers, vacant ones included.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (usize, &Numbered<K, H, M>)> {
        self.rows.iter().enumerate()
    }

    /// Returns the number of keys.
    pub(crate) fn len(&self) -> usize {
        self.rows.len() - self.vacant.len()
    }

    /// Returns one more than the greatest number; rows below it may be vacant.
    pub(crate) fn places(&self) -> usize {
        self.rows.len()
    }

    /// Returns the number of a key, which gets one if it has none.
    #[inline(always)]
    pub(crate) fn find(&mut self, hash: KeyHash, key: K) -> usize {
        match self.position(hash, &key) {
            Some(at) => at,
            None => self.begin(hash, key),
        }
    }

    /// Returns the row of a key with its number, and marks it as changed; the key gets one if it
    /// has none.
    #[inline(always)]
    pub(crate) fn find_row(
        &mut self,
        hash: KeyHash,
        key: K,
    ) -> Option<(usize, &mut Numbered<K, H, M>)> {
        let at = self.find(hash, key);
        self.get_mut(at).map(|row| (at, row))
    }

    /// Returns a number of its own for a key that is missing: no other event finds it.
    #[cold]
    pub(crate) fn unshared(&mut self, hash: KeyHash, key: K) -> usize {
        let at = self.vacant.pop().unwrap_or(self.rows.len());
        self.put(at, hash, key);
        at
    }

    /// Returns the number of a key, if it has one.
    #[inline(always)]
    pub(crate) fn position(&self, hash: KeyHash, key: &K) -> Option<usize> {
        let same = |at: &usize| self.rows.get(*at).is_some_and(|row| row.key == *key);
        self.index.find(hash.get(), same).copied()
    }

    fn begin(&mut self, hash: KeyHash, key: K) -> usize {
        let at = self.vacant.pop().unwrap_or(self.rows.len());
        self.put(at, hash, key);
        let rows = &self.rows;
        let hash_of = |at: &usize| rows.get(*at).map_or(0, |row| row.hash.get());
        self.index.insert_unique(hash.get(), at, hash_of);
        at
    }

    /// Puts a key into a vacant row, or a new one.
    #[inline]
    fn put(&mut self, at: usize, hash: KeyHash, key: K) {
        match self.rows.get_mut(at).map(Row::marked) {
            Some(row) => (row.key, row.hash) = (key, hash),
            None => {
                let value = Scheduled { due: None, held: H::default() };
                self.rows.push(Row { key, mark: M::of_new(), value, hash });
            }
        }
    }

    /// Drops a key whose value is empty; its row is the next to be reused.
    #[inline]
    pub(crate) fn forget(&mut self, at: usize) {
        let Some(row) = self.rows.get_mut(at) else { return };
        row.value.due = None;
        if let Ok(entry) = self.index.find_entry(row.hash.get(), |found| *found == at) {
            entry.remove();
        }
        self.vacant.push(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::conformance::{self, Changed, Forgets, Name, TestedTable};

    /// Drops a key and its value.
    fn drop_key<M: RowMark>(keys: &mut Keys<Name, Option<u64>, M>, at: usize) {
        keys.get_mut(at).unwrap().value.held = None;
        keys.forget(at);
    }

    impl<M: RowMark> TestedTable for Keys<Name, Option<u64>, M> {
        fn set(&mut self, hash: KeyHash, key: Name, value: u64) {
            let at = self.find(hash, key);
            self.get_mut(at).unwrap().value.held = Some(value);
        }

        fn get(&mut self, hash: KeyHash, key: &Name) -> Option<u64> {
            let row = Self::get(self, self.position(hash, key)?)?;
            assert_eq!((&row.key, row.hash), (key, hash));
            row.value.held
        }

        fn all(&mut self) -> Vec<(Name, u64)> {
            assert_eq!(self.index.len() + self.vacant.len(), self.places());
            let row = |at| {
                let row = Self::get(self, at)?;
                let value = row.value.held?;
                assert_eq!(self.position(row.hash, &row.key), Some(at));
                Some((row.key.clone(), value))
            };
            (0..self.places()).filter_map(row).collect()
        }
    }

    impl<M: RowMark> Forgets for Keys<Name, Option<u64>, M> {
        fn forget(&mut self, hash: KeyHash, key: &Name) {
            let at = self.position(hash, key).unwrap();
            drop_key(self, at);
        }

        fn retain(&mut self, keep: impl Fn(u64) -> bool) {
            for at in 0..self.places() {
                if Self::get(self, at).unwrap().value.held.is_some_and(|value| !keep(value)) {
                    drop_key(self, at);
                }
            }
        }
    }

    mod without_a_mark {
        use super::*;
        conformance::forgets!(Keys<Name, Option<u64>>);
    }

    mod with_a_mark {
        use super::*;
        conformance::forgets!(Keys<Name, Option<u64>, Changed>);
    }

    fn numbers(keys: &mut Keys<u64, (), Changed>, all: &[u64]) -> Vec<usize> {
        all.iter().map(|key| keys.find(key.key_hash(), *key)).collect()
    }

    #[test]
    fn a_key_has_its_number_until_it_is_forgotten() {
        let mut keys = Keys::default();
        assert_eq!(numbers(&mut keys, &[10, 20, 30]), [0, 1, 2]);
        keys.forget(1);
        assert_eq!(keys.position(20.key_hash(), &20), None);
        assert_eq!(numbers(&mut keys, &[30, 10]), [2, 0]);
    }

    #[test]
    fn the_row_that_was_vacated_last_is_reused_first() {
        let mut keys = Keys::default();
        numbers(&mut keys, &[10, 20, 30]);
        keys.get_mut(0).unwrap().value.due = Some(EventTime::MIN);
        keys.forget(2);
        keys.forget(0);
        assert_eq!(numbers(&mut keys, &[40, 50, 60]), [0, 2, 3]);
        let row = keys.get(0).unwrap();
        assert_eq!((row.key, row.hash, row.value.due), (40, 40.key_hash(), None));
    }

    #[test]
    fn a_row_that_may_have_changed_is_marked() {
        let mut keys = Keys::default();
        numbers(&mut keys, &[10]);
        let mark = |keys: &mut Keys<_, _, Changed>| std::mem::take(&mut keys.rows[0].mark);
        assert_eq!(mark(&mut keys), Changed(true), "it is new");
        numbers(&mut keys, &[10]);
        keys.get(0);
        assert_eq!(mark(&mut keys), Changed(false));
        keys.get_mut(0);
        assert_eq!(mark(&mut keys), Changed(true));
        keys.forget(0);
        numbers(&mut keys, &[20]);
        assert_eq!(mark(&mut keys), Changed(true), "it belongs to another key");
    }
}
