//! The contents of as-of joins in checkpoints: for each key a row with the versions of the other
//! sides, and one with the events that wait for the watermark.

use super::super::rows::RowCount;
use super::{JoinKind, LatestStore, SideTables};
use crate::error::Result;
use crate::key::Key;
use crate::state::{CONTENTS, Kept, KeptType, WAITING_EVENT};
use crate::time::EventTime;
use crate::window::{KeptStore, StoreRow, StoreRows, WAITING};
use std::cmp::Reverse;

/// The row of the versions of a key, told apart by its end.
const VERSIONS: EventTime = EventTime::MIN;

impl<K, S, J, N, D> KeptStore<K, S::OneOf, D> for LatestStore<K, S, J, N>
where
    K: Key + Kept<D>,
    S: SideTables,
    S::SideTables: Kept<D>,
    S::First: Kept<D>,
    J: JoinKind<S>,
    N: RowCount,
{
    const KEPT: bool = true;

    fn types() -> Vec<KeptType> {
        let types = [
            KeptType::of::<S::SideTables, D>(CONTENTS),
            KeptType::of::<S::First, D>(WAITING_EVENT),
        ];
        types.into_iter().flatten().chain([KeptType::rows("versions")]).collect()
    }

    fn resume(&mut self, watermark: EventTime) {
        self.watermark = watermark;
    }

    fn save(&self, into: &mut StoreRows<'_, D>) -> Result<()> {
        for (_, row) in self.keys.rows().filter(|(_, row)| row.value.due.is_some()) {
            let versions = |bytes: &mut Vec<u8>| Kept::<D>::write(&row.value.held, bytes);
            into.put((&row.key, row.hash, VERSIONS), versions)?;
        }
        into.put_waiting(&self.waiting)
    }

    fn restore(&mut self, mut row: StoreRow<'_, D>) -> Result<()> {
        let key: K = row.key()?;
        let hash = key.key_hash();
        if row.end() == WAITING {
            return row.read_waiting((&key, hash), &mut self.waiting);
        }
        let mut versions: S::SideTables = row.read_part(CONTENTS)?;
        // Nothing is older than this: it only returns the time of the last version.
        let last = S::drop_past(&mut versions, i64::MIN, i64::MIN).last;
        let end = EventTime::from_micros(last.unwrap_or(i64::MIN).saturating_add(self.keep));
        if const { N::COUNTS } {
            self.versions.add(S::versions(&versions).iter().sum());
        }
        let at = self.keys.find(hash, key);
        if let Some(row) = self.keys.get_mut(at) {
            (row.value.due, row.value.held) = (Some(end), versions);
            self.ends.push(Reverse((end, at)));
        }
        Ok(())
    }
}
