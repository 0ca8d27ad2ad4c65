//! The contents of full windows in checkpoints: a row per key, with its events.

use super::WindowBuffer;
use crate::error::Result;
use crate::key::Key;
use crate::state::{CONTENTS, Kept, KeptType, append};
use crate::time::EventTime;
use crate::window::store::{Events, KeptStore, StoreRow, StoreRows, declared_otherwise};

impl<K, T, D> KeptStore<K, T, D> for WindowBuffer<K, T>
where
    K: Key + Kept<D>,
    T: Clone + Send + Sync + 'static,
    Events<T>: Kept<D>,
{
    const KEPT: bool = true;

    fn types() -> Vec<KeptType> {
        let types = [KeptType::of::<Events<T>, D>(CONTENTS)];
        types.into_iter().flatten().chain([KeptType::rows("events")]).collect()
    }

    fn resume(&mut self, watermark: EventTime) {
        self.watermark = watermark;
    }

    fn save(&self, into: &mut StoreRows<'_, D>) -> Result<()> {
        for (_, row) in self.keys.rows() {
            let Some(due) = row.value.due else { continue };
            into.put((&row.key, row.hash, EventTime::MIN), |bytes| {
                append(&due, bytes)?;
                Kept::<D>::write(&row.value.held, bytes)
            })?;
        }
        Ok(())
    }

    fn restore(&mut self, mut row: StoreRow<'_, D>) -> Result<()> {
        let due: EventTime = row.read_own()?;
        if !self.assigner.ends_at(due) {
            return Err(declared_otherwise());
        }
        let (key, events): (K, Events<T>) = (row.key()?, row.read_part(CONTENTS)?);
        let at = self.keys.find(key.key_hash(), key);
        if let Some(row) = self.keys.get_mut(at) {
            (row.value.due, row.value.held) = (Some(due), events);
            self.schedule.add(due, at);
        }
        Ok(())
    }
}
