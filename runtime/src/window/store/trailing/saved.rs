//! The contents of trailing windows in checkpoints: for each key a row with the states of its last
//! events, and one with the events that wait for the watermark.
//!
//! What the states are merged to is not written: after a restore they are merged anew.

use super::TrailingStore;
use crate::error::Result;
use crate::key::{Key, KeyHash};
use crate::state::{CONTENTS, Kept, KeptType, WAITING_EVENT, append};
use crate::time::EventTime;
use crate::window::aggregate::Aggregate;
use crate::window::kind::Spans;
use crate::window::store::{KeptStore, StoreRow, StoreRows, WAITING};
use std::cmp::Reverse;

/// The row of the last events of a key, told apart by its end.
const LAST: EventTime = EventTime::MIN;

impl<K, T, V, F, A, H, D> KeptStore<K, T, D> for TrailingStore<K, T, F, A, V, H>
where
    K: Key + Kept<D>,
    T: Kept<D> + Send + 'static,
    V: 'static,
    F: Fn(&T) -> V + Send + 'static,
    A: Aggregate<V>,
    A::State: Kept<D>,
    H: Spans,
{
    const KEPT: bool = true;

    fn types() -> Vec<KeptType> {
        let types = [KeptType::of::<A::State, D>(CONTENTS), KeptType::of::<T, D>(WAITING_EVENT)];
        types.into_iter().flatten().chain([KeptType::rows("trails")]).collect()
    }

    fn resume(&mut self, watermark: EventTime) {
        self.watermark = watermark;
    }

    fn save(&self, into: &mut StoreRows<'_, D>) -> Result<()> {
        for (_, row) in self.keys.rows().filter(|(_, row)| !row.value.held.events.is_empty()) {
            let events = &row.value.held.events;
            into.put((&row.key, row.hash, LAST), |bytes| {
                append(&events.len(), bytes)?;
                events.iter().try_for_each(|(time, state)| {
                    append(time, bytes)?;
                    Kept::<D>::write(state, bytes)
                })
            })?;
        }
        into.put_waiting(&self.waiting)
    }

    fn restore(&mut self, mut row: StoreRow<'_, D>) -> Result<()> {
        let key: K = row.key()?;
        let hash = key.key_hash();
        if row.end() == WAITING {
            return row.read_waiting((&key, hash), &mut self.waiting);
        }
        let number: usize = row.read_own()?;
        let events = (0..number).map(|_| Ok((row.read_own()?, row.read_part(CONTENTS)?)));
        let events = events.collect::<Result<Vec<(i64, A::State)>>>()?;
        self.restore_trail((key, hash), events);
        Ok(())
    }
}

impl<K, T, V, F, A, H> TrailingStore<K, T, F, A, V, H>
where
    K: Key,
    A: Aggregate<V>,
{
    fn restore_trail(&mut self, (key, hash): (K, KeyHash), events: Vec<(i64, A::State)>) {
        let Some((last, _)) = events.last() else { return };
        let end = EventTime::from_micros(last.saturating_add(self.longest));
        let at = self.keys.find(hash, key);
        if let Some(row) = self.keys.get_mut(at) {
            (row.value.due, row.value.held.events) = (Some(end), events.into());
            self.ends.push(Reverse((end, at)));
        }
    }
}
