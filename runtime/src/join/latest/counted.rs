//! How many rows an as-of join buffers: the events that wait, and the versions.

use super::super::rows::{CountedRows, KeepsRows, RowsOfSides};
use super::{JoinKind, LatestStore, SideTables};
use crate::key::Key;

impl<K, S, J> KeepsRows for LatestStore<K, S, J, CountedRows>
where
    K: Key,
    S: SideTables,
    J: JoinKind<S>,
{
    #[inline]
    fn rows(&self) -> u64 {
        self.waiting.len() + self.versions.0
    }

    fn rows_of_sides(&self) -> RowsOfSides {
        let tables = self.keys.rows().map(|(_, row)| S::versions(&row.value.held));
        tables.fold([self.waiting.len(), 0, 0, 0], |mut sum, versions| {
            sum.iter_mut().zip(versions).for_each(|(sum, versions)| *sum += versions);
            sum
        })
    }
}
