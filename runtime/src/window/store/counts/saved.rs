//! The contents of counted windows in checkpoints: a row per key, with its incomplete window.

use super::{CountStore, OpenWindow};
use crate::error::Result;
use crate::key::Key;
use crate::state::{CONTENTS, Kept, KeptType, append};
use crate::time::EventTime;
use crate::window::accumulator::Accumulator;
use crate::window::store::{KeptStore, StoreRow, StoreRows};

impl<K, T, C, D> KeptStore<K, T, D> for CountStore<K, T, C>
where
    K: Key + Kept<D>,
    T: Send + 'static,
    C: Accumulator<K, T>,
    C::State: Kept<D>,
{
    const KEPT: bool = true;

    fn types() -> Vec<KeptType> {
        let types = [KeptType::of::<C::State, D>(CONTENTS)];
        types.into_iter().flatten().chain([KeptType::rows("counts")]).collect()
    }

    fn resume(&mut self, watermark: EventTime) {
        self.watermark = watermark;
    }

    fn save(&self, into: &mut StoreRows<'_, D>) -> Result<()> {
        for (_, row) in self.keys.rows() {
            let Some(OpenWindow { events, least, greatest, state }) = &row.value.held else {
                continue;
            };
            into.put((&row.key, row.hash, EventTime::MIN), |bytes| {
                append(&(events, least, greatest), bytes)?;
                Kept::<D>::write(state, bytes)
            })?;
        }
        Ok(())
    }

    fn restore(&mut self, mut row: StoreRow<'_, D>) -> Result<()> {
        let (events, least, greatest) = row.read_own()?;
        let (key, state): (K, C::State) = (row.key()?, row.read_part(CONTENTS)?);
        let at = self.keys.find(key.key_hash(), key);
        if let Some(row) = self.keys.get_mut(at) {
            row.value.held = Some(OpenWindow { events, least, greatest, state });
        }
        Ok(())
    }
}
