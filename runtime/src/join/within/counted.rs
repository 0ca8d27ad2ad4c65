//! How many rows an interval join buffers.

use super::super::rows::{KeepsRows, RowsOfSides};
use super::WithinStore;
use crate::key::Key;

impl<K: Key, A, B, J> KeepsRows for WithinStore<K, A, B, J> {
    #[inline]
    fn rows(&self) -> u64 {
        self.first.len() + self.second.len()
    }

    fn rows_of_sides(&self) -> RowsOfSides {
        [self.first.len(), self.second.len(), 0, 0]
    }
}
