//! The contents of sliding windows in checkpoints: a row per key, with its panes.
//!
//! What the panes are merged to is not written: after a restore they are merged anew.

use super::SliceStore;
use super::row::{CountsByEnd, Slices, Together};
use crate::error::Result;
use crate::key::Key;
use crate::state::{CONTENTS, Kept, KeptType, append};
use crate::time::EventTime;
use crate::window::accumulator::Accumulator;
use crate::window::store::key_panes::KeyPanes;
use crate::window::store::{KeptStore, ShowStates, StoreRow, StoreRows, declared_otherwise};
use crate::window::trigger::Triggers;

impl<K, T, P, C, D> KeptStore<K, T, D> for SliceStore<K, T, P, C>
where
    K: Key + Kept<D>,
    T: Send + 'static,
    P: Triggers,
    C: Accumulator<K, T>,
    C::State: Kept<D>,
{
    const KEPT: bool = true;

    fn types() -> Vec<KeptType> {
        let types = [KeptType::of::<C::State, D>(CONTENTS)];
        types.into_iter().flatten().chain([KeptType::rows("slices")]).collect()
    }

    fn resume(&mut self, watermark: EventTime) {
        self.watermark = watermark;
    }

    fn save(&self, into: &mut StoreRows<'_, D>) -> Result<()> {
        for (_, row) in self.keys.rows() {
            let Some(due) = row.value.due else { continue };
            let Slices { panes, counts } = &row.value.held;
            into.put((&row.key, row.hash, EventTime::MIN), |bytes| {
                append(&due, bytes)?;
                append(&counts.as_ref().map(|counts| &counts.0), bytes)?;
                append(&panes.each().count(), bytes)?;
                panes.each().try_for_each(|(place, state)| {
                    append(&place, bytes)?;
                    Kept::<D>::write(state, bytes)
                })
            })?;
        }
        Ok(())
    }

    fn restore(&mut self, mut row: StoreRow<'_, D>) -> Result<()> {
        let due: EventTime = row.read_own()?;
        if !self.windows.ends_at(due) {
            return Err(declared_otherwise());
        }
        let counts: Option<Vec<(EventTime, P::FiringCounts)>> = row.read_own()?;
        let counts = counts.map(|counts| Box::new(CountsByEnd(counts)));
        let mut panes = KeyPanes::default();
        let merging = Together::<K, T, C>::of(&self.accumulator, self.pane);
        for _ in 0..row.read_own::<usize>()? {
            let (place, state) = (row.read_own()?, row.read_part(CONTENTS)?);
            if let Some(restored) = panes.at(place, &merging) {
                *restored = state;
            }
        }
        let key: K = row.key()?;
        let at = self.keys.find(key.key_hash(), key);
        if let Some(row) = self.keys.get_mut(at) {
            (row.value.due, row.value.held) = (Some(due), Slices { panes, counts });
            self.schedule.add(due, at);
        }
        Ok(())
    }
}

impl<K, T, P, C> ShowStates<C::State> for SliceStore<K, T, P, C>
where
    K: Key,
    P: Triggers,
    C: Accumulator<K, T>,
{
    fn each_state(&self, show: &mut dyn FnMut(&C::State, EventTime)) {
        for (_, row) in self.keys.rows() {
            for (place, state) in row.value.held.panes.each() {
                show(state, self.windows.last_end_with(EventTime::from_micros(place)));
            }
        }
    }
}
