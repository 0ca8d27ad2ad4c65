//! The contents of tumbling and global windows in checkpoints: a row per key and window.

use super::{Pane, PaneRow, PaneState, PaneStore, Panes};
use crate::error::Result;
use crate::key::Key;
use crate::mutant::Mutant;
use crate::state::{CONTENTS, Kept, KeptType, append};
use crate::time::EventTime;
use crate::window::accumulator::Accumulator;
use crate::window::bounds::Bounds;
use crate::window::store::{KeptStore, ShowStates, StoreRow, StoreRows, declared_otherwise};
use crate::window::trigger::Triggers;

impl<K, T, W, P, C, D> KeptStore<K, T, D> for PaneStore<K, T, W, P, C>
where
    K: Key + Kept<D>,
    T: Send + 'static,
    W: Panes,
    P: Triggers,
    C: Accumulator<K, T>,
    C::State: Kept<D>,
{
    const KEPT: bool = true;

    fn types() -> Vec<KeptType> {
        let types = [KeptType::of::<C::State, D>(CONTENTS)];
        types.into_iter().flatten().chain([KeptType::rows("panes")]).collect()
    }

    fn resume(&mut self, watermark: EventTime) {
        self.watermark = watermark;
    }

    fn save(&self, into: &mut StoreRows<'_, D>) -> Result<()> {
        let panes = self.ends.values().filter_map(|at| self.panes.get(*at));
        for Pane { bounds, state, rows } in panes {
            let has_fired = *state == PaneState::OnTime && !Mutant::FiringNotSaved.is_planted();
            for row in rows.iter() {
                into.put((&row.key, row.key.key_hash(), bounds.end), |bytes| {
                    append(&(has_fired, &row.value.counts), bytes)?;
                    Kept::<D>::write(&row.value.state, bytes)
                })?;
            }
        }
        Ok(())
    }

    fn restore(&mut self, mut row: StoreRow<'_, D>) -> Result<()> {
        let last = EventTime::from_micros(row.end().as_micros().saturating_sub(1));
        let bounds = self.windows.bounds(last).filter(|bounds| bounds.end == row.end());
        let bounds = bounds.ok_or_else(declared_otherwise)?;
        let (has_fired, counts) = row.read_own()?;
        let (key, state): (K, C::State) = (row.key()?, row.read_part(CONTENTS)?);
        let at = self.restored_pane(bounds, has_fired);
        if let Some(pane) = self.panes.get_mut(at) {
            pane.rows.restore(key.key_hash(), key, PaneRow { state, counts });
        }
        Ok(())
    }
}

impl<K, T, W, P, C> PaneStore<K, T, W, P, C>
where
    K: Key,
    W: Panes,
    P: Triggers,
    C: Accumulator<K, T>,
{
    /// Returns the position of a pane, which is created if there is none.
    fn restored_pane(&mut self, bounds: Bounds, has_fired: bool) -> usize {
        if let Some(at) = self.ends.get(&bounds.end) {
            return *at;
        }
        let at = self.begin(bounds);
        if let Some(pane) = self.panes.get_mut(at) {
            pane.state = if has_fired { PaneState::OnTime } else { PaneState::Open };
        }
        at
    }
}

impl<K, T, W, P, C> ShowStates<C::State> for PaneStore<K, T, W, P, C>
where
    K: Key,
    P: Triggers,
    C: Accumulator<K, T>,
{
    fn each_state(&self, show: &mut dyn FnMut(&C::State, EventTime)) {
        let panes = self.ends.values().filter_map(|at| self.panes.get(*at));
        for Pane { bounds, rows, .. } in panes {
            rows.iter().for_each(|row| show(&row.value.state, bounds.end));
        }
    }
}
