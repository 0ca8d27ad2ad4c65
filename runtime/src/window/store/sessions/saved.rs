//! The contents of session windows in checkpoints: a row per key, with its sessions.

use super::{OpenSession, SessionPhase, SessionStore};
use crate::error::Result;
use crate::key::Key;
use crate::state::{CONTENTS, Kept, KeptType, append};
use crate::time::EventTime;
use crate::window::accumulator::Accumulator;
use crate::window::store::{KeptStore, ShowStates, StoreRow, StoreRows};
use crate::window::trigger::Triggers;
use std::collections::VecDeque;

impl<K, T, P, C, D> KeptStore<K, T, D> for SessionStore<K, T, P, C>
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
        types.into_iter().flatten().chain([KeptType::rows("sessions")]).collect()
    }

    fn resume(&mut self, watermark: EventTime) {
        self.watermark = watermark;
    }

    fn save(&self, into: &mut StoreRows<'_, D>) -> Result<()> {
        for (_, row) in self.keys.rows().filter(|(_, row)| !row.value.held.is_empty()) {
            into.put((&row.key, row.hash, EventTime::MIN), |bytes| {
                append(&row.value.held.iter().count(), bytes)?;
                row.value.held.iter().try_for_each(|session| {
                    let OpenSession { first, last, state, counts, phase } = session;
                    let has_fired = *phase == SessionPhase::OnTime;
                    append(&(first, last, counts, has_fired), bytes)?;
                    Kept::<D>::write(state, bytes)
                })
            })?;
        }
        Ok(())
    }

    fn restore(&mut self, mut row: StoreRow<'_, D>) -> Result<()> {
        let key: K = row.key()?;
        let at = self.keys.find(key.key_hash(), key);
        let mut sessions = VecDeque::new();
        for _ in 0..row.read_own::<usize>()? {
            let (first, last, counts, has_fired) = row.read_own()?;
            let state = row.read_part(CONTENTS)?;
            let phase = if has_fired { SessionPhase::OnTime } else { SessionPhase::Open };
            let session = OpenSession { first, last, state, counts, phase };
            let end = session.bounds(self.gap).end;
            let due = if has_fired { self.closing(end) } else { end };
            sessions.push_back(session);
            self.schedule(at, due);
        }
        if let Some(row) = self.keys.get_mut(at) {
            row.value.held = sessions.into();
        }
        Ok(())
    }
}

impl<K, T, P, C> ShowStates<C::State> for SessionStore<K, T, P, C>
where
    K: Key,
    P: Triggers,
    C: Accumulator<K, T>,
{
    fn each_state(&self, show: &mut dyn FnMut(&C::State, EventTime)) {
        for (_, row) in self.keys.rows() {
            let sessions = row.value.held.iter();
            sessions.for_each(|session| show(&session.state, session.bounds(self.gap).end));
        }
    }
}
