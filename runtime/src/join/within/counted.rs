//! How many rows an interval join buffers.

use super::super::rows::{KeepsRows, RowsOfSides};
use super::WithinStore;
use crate::key::Key;

impl<K: Key, A, B, J> KeepsRows for WithinStore<K, A, B, J> {
    #[inline]
    fn rows(&self) -> u64 {
        self.added.saturating_sub(self.expired)
    }

    fn rows_of_sides(&self) -> RowsOfSides {
        self.keys.rows().fold([0; 4], |[first, second, ..], (_, row)| {
            let held = &row.value.held;
            let (many_first, many_second) = held
                .many
                .as_ref()
                .map_or((0, 0), |many| (many.first.iter().count(), many.second.iter().count()));
            let (of_first, of_second) =
                (held.first.len() + many_first, held.second.len() + many_second);
            [first + of_first as u64, second + of_second as u64, 0, 0]
        })
    }
}
