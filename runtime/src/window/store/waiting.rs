//! The events of a store that wait for the watermark, in checkpoints: a row per key.

use super::{StoreRow, StoreRows};
use crate::error::Result;
use crate::key::{Key, KeyHash};
use crate::state::{Kept, WAITING_EVENT, append};
use crate::time::EventTime;
use crate::window::Reorder;
use hashbrown::HashTable;

/// Events that wait for the watermark, each with its key.
pub(crate) type WaitingForTime<K, T> = Reorder<(), (K, KeyHash, T)>;

/// The row of the events of a key that wait, told apart by its end.
pub(crate) const WAITING: EventTime = EventTime::MAX;

impl<D> StoreRows<'_, D> {
    /// Writes a row per key with the events that wait.
    ///
    /// # Errors
    /// If a key or an event refuses to be serialized.
    pub(crate) fn put_waiting<K: Key + Kept<D>, T: Kept<D>>(
        &mut self,
        waiting: &WaitingForTime<K, T>,
    ) -> Result<()> {
        for (key, hash, events) in by_key(waiting) {
            self.put((key, hash, WAITING), |bytes| {
                append(&events.len(), bytes)?;
                events.iter().try_for_each(|(time, event)| {
                    append(time, bytes)?;
                    Kept::<D>::write(*event, bytes)
                })
            })?;
        }
        Ok(())
    }
}

impl<D> StoreRow<'_, D> {
    /// Takes back the events of a key that wait.
    ///
    /// # Errors
    /// If the bytes are those of another type.
    pub(crate) fn read_waiting<K: Key + Kept<D>, T: Kept<D>>(
        &mut self,
        (key, hash): (&K, KeyHash),
        into: &mut WaitingForTime<K, T>,
    ) -> Result<()> {
        for _ in 0..self.read_own::<usize>()? {
            let (time, event) = (self.read_own()?, self.read_part(WAITING_EVENT)?);
            into.push(time, (), (key.clone(), hash, event));
        }
        Ok(())
    }
}

/// The events of each key, in the order in which they are released.
fn by_key<K: Key, T>(
    waiting: &WaitingForTime<K, T>,
) -> impl Iterator<Item = (&K, KeyHash, Vec<(EventTime, &T)>)> {
    let mut keys: HashTable<(&K, KeyHash, Vec<_>)> = HashTable::new();
    for (time, (), (key, hash, event)) in waiting.in_order() {
        let same = |(other, ..): &(&K, KeyHash, Vec<_>)| *other == key;
        let entry = keys.entry(hash.get(), same, |(_, hash, _)| hash.get());
        entry.or_insert_with(|| (key, *hash, Vec::new())).into_mut().2.push((time, event));
    }
    keys.into_iter()
}
