//! Keyed rows: what belongs to a key, and the table that finds it by the hash of the key.
//!
//! A table does not know what a value means. Every table of keyed rows passes the tests in
//! `conformance`.

use crate::key::{Key, KeyHash};
use hashbrown::HashTable;
use hashbrown::hash_table::{Drain, OccupiedEntry};
use std::fmt;

/// A key and what belongs to it.
///
/// `M` notes that the row has changed. `H` is the [`KeyHash`] where a row is found without it, and
/// `()` where it is not kept.
///
/// The order of the fields is fixed: an event needs the key and the first of the value, and in this
/// order a mark of a byte lies in the padding of key or value, if there is any.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Row<K, V, M = (), H = ()> {
    pub(crate) key: K,
    pub(crate) mark: M,
    pub(crate) value: V,
    pub(crate) hash: H,
}

impl<K, V, M: RowMark, H> Row<K, V, M, H> {
    /// The same row, marked.
    #[inline(always)]
    pub(crate) fn marked(&mut self) -> &mut Self {
        self.mark.change();
        self
    }
}

/// What a row notes of its changes, so that a checkpoint can write only those that have changed.
///
/// `()` notes nothing: a row is no larger with it, and to change one takes no instruction more.
pub(crate) trait RowMark: Default {
    /// The value may change now.
    fn change(&mut self);

    /// That of a row that is new, and so has changed.
    #[inline(always)]
    fn of_new() -> Self {
        let mut mark = Self::default();
        mark.change();
        mark
    }
}

impl RowMark for () {
    #[inline(always)]
    fn change(&mut self) {}
}

/// Rows that are found by their key.
///
/// They do not keep the hash: a count for each number takes 16 bytes so, and not 24. To grow is
/// rare, and whoever looks for a key has its hash.
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

    /// Forgets all keys, and keeps the memory for others.
    pub(crate) fn clear(&mut self) {
        self.table.clear();
    }

    /// Takes out all rows, and keeps the memory for others.
    #[inline]
    pub(crate) fn drain(&mut self) -> Drain<'_, Row<K, V, M>> {
        self.table.drain()
    }
}

impl<K: Key, V, M: RowMark> Rows<K, V, M> {
    /// The row of a key, or the place for it if the key is new.
    ///
    /// # Errors
    /// The place.
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

    /// All rows, to be changed, in any order.
    #[inline]
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Row<K, V, M>> {
        self.table.iter_mut().map(Row::marked)
    }
}

/// The row of a key.
pub(crate) struct RowSlot<'a, K, V, M = ()> {
    entry: OccupiedEntry<'a, Row<K, V, M>>,
}

impl<'a, K, V, M: RowMark> RowSlot<'a, K, V, M> {
    /// The value, to be changed.
    #[inline]
    pub(crate) fn value(&mut self) -> &mut V {
        &mut self.entry.get_mut().marked().value
    }

    /// The row, to be changed, for as long as the table is borrowed.
    #[inline]
    pub(crate) fn into_row(self) -> &'a mut Row<K, V, M> {
        self.entry.into_mut().marked()
    }

    /// Forgets the key; what belonged to it.
    #[inline]
    pub(crate) fn remove(self) -> V {
        self.entry.remove().0.value
    }
}

/// The place for a key that a table does not have.
pub(crate) struct Absent<'a, K, V, M = ()> {
    table: &'a mut HashTable<Row<K, V, M>>,
    hash: KeyHash,
}

impl<'a, K: Key, V, M: RowMark> Absent<'a, K, V, M> {
    /// Adds the key, which must be the one that was looked for.
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

    /// A table whose only row has not changed since.
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
        assert_eq!(size_of::<Row<u32, u64, Changed>>(), 16, "the mark is behind the key");
        assert_eq!(size_of::<Row<u64, u32, Changed>>(), 16, "the mark is before the value");
    }
}
