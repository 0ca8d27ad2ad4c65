//! What keys were seen, in checkpoints: for each key a row with the end of its time, and one with
//! the events that wait for the watermark.

use super::DedupeStore;
use crate::error::Result;
use crate::key::Key;
use crate::state::{Kept, KeptType, WAITING_EVENT, append};
use crate::time::EventTime;
use crate::window::store::{KeptStore, StoreRow, StoreRows};

/// The row of a key that was seen, told apart by its end.
const SEEN: EventTime = EventTime::MIN;

impl<K, T, D> KeptStore<K, T, D> for DedupeStore<K, T>
where
    K: Key + Kept<D>,
    T: Kept<D> + Send + 'static,
{
    const KEPT: bool = true;

    fn types() -> Vec<KeptType> {
        let types = [KeptType::of::<T, D>(WAITING_EVENT)];
        types.into_iter().flatten().chain([KeptType::rows("seen")]).collect()
    }

    fn resume(&mut self, watermark: EventTime) {
        self.watermark = watermark;
    }

    fn save(&self, into: &mut StoreRows<'_, D>) -> Result<()> {
        for (end, at) in &self.ends {
            if let Some(row) = self.seen.get(*at) {
                into.put((&row.key, row.hash, SEEN), |bytes| append(end, bytes))?;
            }
        }
        into.put_waiting(&self.waiting)
    }

    fn restore(&mut self, mut row: StoreRow<'_, D>) -> Result<()> {
        let key: K = row.key()?;
        let hash = key.key_hash();
        if row.end() == SEEN {
            let end = row.read_own()?;
            let at = self.seen.find(hash, key);
            self.ends.push_back((end, at));
            self.is_sorted = false;
            return Ok(());
        }
        row.read_waiting((&key, hash), &mut self.waiting)
    }
}
