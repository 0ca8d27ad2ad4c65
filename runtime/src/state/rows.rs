//! Rows of a key and a value, and the hash table that finds them.
//!
//! A table knows nothing of its values. Every table of keyed rows passes the tests in
//! `conformance`.

use super::mark::{RowChange, RowMark};
use crate::key::{Key, KeyHash};
use hashbrown::HashTable;
use hashbrown::hash_table::{Drain, OccupiedEntry};
use std::fmt;

/// A key and its value.
///
/// `M` records whether the row has changed. `H` is [`KeyHash`] where rows are found without a hash
/// at hand, and otherwise `()`.
///
/// The order of the fields is fixed: an event touches the key and the start of the value, and in
/// this order a mark of one byte fits into the padding of key or value, if there is any.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Row<K, V, M = (), H = ()> {
    pub(crate) key: K,
    pub(crate) mark: M,
    pub(crate) value: V,
    pub(crate) hash: H,
}

impl<K, V, M: RowMark, H> Row<K, V, M, H> {
    /// Marks the row as changed.
    #[inline(always)]
    pub(crate) fn marked(&mut self) -> &mut Self {
        self.mark.change();
        self
    }

    /// Removes the value where a checkpoint has to note that, and sets it to `new` until then;
    /// returns whether the row is gone at once.
    pub(crate) fn removed_as(&mut self, new: impl FnOnce() -> V) -> bool {
        if !self.mark.remove() {
            return true;
        }
        self.value = new();
        false
    }
}

/// What becomes of a row in a [sweep](Rows::sweep).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Swept {
    /// It stays.
    Kept,
    /// It stays, and has changed.
    Changed,
    /// It is removed.
    Removed,
}

/// A hash table of rows by key.
///
/// The hash is not stored: a count per `u64` key takes 16 bytes instead of 24. The table grows
/// rarely, and every lookup comes with the hash of its key.
pub(crate) struct Rows<K, V, M = ()> {
    table: HashTable<Row<K, V, M>>,
}

impl<K, V, M> fmt::Debug for Rows<K, V, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl<K, V, M> Default for Rows<K, V, M> {
    fn default() -> Self {
        Self { table: HashTable::new() }
    }
}

impl<K, V, M> Rows<K, V, M> {
    /// The number of keys.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    /// Removes all rows and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.table.clear();
    }

    /// Removes and returns all rows, and keeps the memory.
    #[inline]
    pub(crate) fn drain(&mut self) -> Drain<'_, Row<K, V, M>> {
        self.table.drain()
    }
}

impl<K: Key, V, M: RowMark> Rows<K, V, M> {
    /// Finds the row of a key.
    ///
    /// # Errors
    /// If the key is new: the vacant entry, into which it can be inserted.
    #[inline(always)]
    pub(crate) fn find(
        &mut self,
        hash: KeyHash,
        key: &K,
    ) -> Result<RowSlot<'_, K, V, M>, Absent<'_, K, V, M>> {
        match self.table.find_entry(hash.get(), |row| row.key == *key) {
            Ok(entry) => Ok(RowSlot { entry }),
            Err(absent) => Err(Absent { table: absent.into_table(), hash }),
        }
    }

    /// Whether a key has a row.
    #[inline(always)]
    pub(crate) fn contains(&self, hash: KeyHash, key: &K) -> bool {
        self.table.find(hash.get(), |row| row.key == *key).is_some()
    }

    /// The memory of the rows, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.table.capacity() * size_of::<Row<K, V, M>>()
    }

    /// The value of a key, to complete what [`restore`](Self::restore) has inserted: not marked.
    pub(crate) fn restored(&mut self, hash: KeyHash, key: &K) -> Option<&mut V> {
        self.table.find_mut(hash.get(), |row| row.key == *key).map(|row| &mut row.value)
    }

    /// Calls `visit` with each changed row, and removes the rows that were marked as removed.
    ///
    /// # Errors
    /// The first error of `visit`; the rows up to there count as visited.
    pub(crate) fn changes<E>(
        &mut self,
        mut visit: impl FnMut(&Row<K, V, M>, RowChange) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut visited = Ok(());
        self.table.retain(|row| {
            if visited.is_err() {
                return true;
            }
            let change = row.mark.take();
            if change != RowChange::Unchanged {
                visited = visit(row, change);
            }
            change != RowChange::Removed
        });
        visited
    }

    /// Decides what becomes of each row. A row that is removed is gone at once if `is_gone` is
    /// true, and otherwise with the next [`changes`](Self::changes). Frees the memory of a table
    /// that is nearly empty.
    pub(crate) fn sweep(
        &mut self,
        mut decide: impl FnMut(&mut V) -> Swept,
        mut is_gone: impl FnMut(&mut Row<K, V, M>) -> bool,
    ) {
        self.table.retain(|row| {
            if row.mark.is_removed() {
                return true;
            }
            match decide(&mut row.value) {
                Swept::Kept => {}
                Swept::Changed => row.mark.change(),
                Swept::Removed => return !is_gone(row),
            }
            true
        });
        if self.table.len() < self.table.capacity() / 8 {
            self.table.shrink_to(self.table.len() * 2, |row| row.key.key_hash().get());
        }
    }

    /// The number of rows there is room for.
    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.table.capacity()
    }

    /// Inserts a row that a checkpoint contains, instead of one that is there.
    pub(crate) fn restore(&mut self, hash: KeyHash, key: K, value: V) {
        let mut row = match self.find(hash, &key) {
            Ok(mut slot) => {
                *slot.value() = value;
                slot
            }
            Err(absent) => absent.insert(key, value),
        };
        row.entry.get_mut().mark = M::default();
    }

    /// Iterates over all rows, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Row<K, V, M>> {
        self.table.iter()
    }

    /// Iterates over all rows mutably, in no particular order.
    #[inline]
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Row<K, V, M>> {
        self.table.iter_mut().map(Row::marked)
    }
}

/// An occupied entry of [`Rows`].
pub(crate) struct RowSlot<'a, K, V, M = ()> {
    entry: OccupiedEntry<'a, Row<K, V, M>>,
}

impl<'a, K, V, M: RowMark> RowSlot<'a, K, V, M> {
    /// The value; marks the row as changed.
    #[inline]
    pub(crate) fn value(&mut self) -> &mut V {
        &mut self.entry.get_mut().marked().value
    }

    /// The row, for as long as the table is borrowed; marks it as changed.
    #[inline]
    pub(crate) fn into_row(self) -> &'a mut Row<K, V, M> {
        self.entry.into_mut().marked()
    }

    /// Removes the row and returns its value.
    #[inline]
    pub(crate) fn remove(self) -> V {
        self.entry.remove().0.value
    }

    /// Removes the row; if a checkpoint has to note that, sets its value to `new` until then.
    #[inline]
    pub(crate) fn reset(mut self, new: impl FnOnce() -> V) {
        if self.entry.get_mut().removed_as(new) {
            drop(self.remove());
        }
    }
}

/// A vacant entry of [`Rows`].
pub(crate) struct Absent<'a, K, V, M = ()> {
    table: &'a mut HashTable<Row<K, V, M>>,
    hash: KeyHash,
}

impl<'a, K: Key, V, M: RowMark> Absent<'a, K, V, M> {
    /// Inserts a row for the key, which must be the one that was looked up.
    #[inline]
    pub(crate) fn insert(self, key: K, value: V) -> RowSlot<'a, K, V, M> {
        let row = Row { key, mark: M::of_new(), value, hash: () };
        let hash_of = |row: &Row<K, V, M>| row.key.key_hash().get();
        RowSlot { entry: self.table.insert_unique(self.hash.get(), row, hash_of) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::conformance::{self, Changed, Forgets, Name, TestedTable};

    impl<M: RowMark> TestedTable for Rows<Name, u64, M> {
        fn set(&mut self, hash: KeyHash, key: Name, value: u64) {
            match self.find(hash, &key) {
                Ok(mut slot) => *slot.value() = value,
                Err(absent) => drop(absent.insert(key, value)),
            }
        }

        fn get(&mut self, hash: KeyHash, key: &Name) -> Option<u64> {
            self.find(hash, key).ok().map(|mut slot| *slot.value())
        }

        fn all(&mut self) -> Vec<(Name, u64)> {
            assert_eq!(self.len(), self.table.iter().count());
            self.table.iter().map(|row| (row.key.clone(), row.value)).collect()
        }
    }

    impl<M: RowMark> Forgets for Rows<Name, u64, M> {
        fn forget(&mut self, hash: KeyHash, key: &Name) {
            if let Ok(slot) = self.find(hash, key) {
                slot.remove();
            }
        }
    }

    mod without_a_mark {
        use super::*;
        conformance::forgets!(Rows<Name, u64>);
    }

    mod with_a_mark {
        use super::*;
        conformance::forgets!(Rows<Name, u64, Changed>);
    }

    /// A table whose only row is unchanged.
    fn saved() -> Rows<u64, u64, Changed> {
        let mut rows = Rows::default();
        slot(&mut rows).into_row().mark = Changed(false);
        rows
    }

    fn slot(rows: &mut Rows<u64, u64, Changed>) -> RowSlot<'_, u64, u64, Changed> {
        rows.find(7.key_hash(), &7).unwrap_or_else(|absent| absent.insert(7, 0))
    }

    fn has_changed(rows: &Rows<u64, u64, Changed>) -> bool {
        rows.table.iter().all(|row| row.mark == Changed(true))
    }

    #[test]
    fn a_row_that_may_have_changed_is_marked() {
        let mut rows = saved();
        slot(&mut rows);
        assert!(!has_changed(&rows), "it was only found");
        *slot(&mut rows).value() += 1;
        assert!(has_changed(&rows));
        let mut rows = saved();
        slot(&mut rows).into_row();
        assert!(has_changed(&rows));
        let mut rows = saved();
        assert_eq!(rows.iter_mut().count(), 1);
        assert!(has_changed(&rows));
    }

    #[test]
    fn a_new_row_is_marked() {
        let mut rows = saved();
        slot(&mut rows).remove();
        slot(&mut rows);
        assert!(has_changed(&rows));
    }

    #[test]
    fn rows_are_taken_out_once_and_can_come_again() {
        let mut rows: Rows<u64, u64> = Rows::default();
        for _ in 0..2 {
            for key in 0..100_u64 {
                assert!(
                    rows.find(key.key_hash(), &key).map_err(|new| new.insert(key, key)).is_err()
                );
            }
            let mut all: Vec<_> =
                rows.drain().map(|row| (row.key.key_hash(), row.key, row.value)).collect();
            all.sort_by_key(|(_, key, _)| *key);
            assert_eq!(all, (0..100_u64).map(|n| (n.key_hash(), n, n)).collect::<Vec<_>>());
            assert_eq!(rows.len(), 0);
        }
    }

    #[test]
    fn a_row_is_no_larger_than_what_is_in_it() {
        assert_eq!(size_of::<Row<u64, u64>>(), 16);
        assert_eq!(
            size_of::<Row<u32, u64, Changed>>(),
            16,
            "the mark is in the padding after the key"
        );
        assert_eq!(
            size_of::<Row<u64, u32, Changed>>(),
            16,
            "the mark is in the padding after the value"
        );
    }
}
