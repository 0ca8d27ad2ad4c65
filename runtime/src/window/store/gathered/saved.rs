//! The events that wait for the clock, in checkpoints: a row per key.

use super::{GatheredEvents, GatheredStore, Gathers};
use crate::error::Result;
use crate::key::Key;
use crate::state::{Kept, KeptType, WAITING_EVENT, append};
use crate::time::EventTime;
use crate::window::store::{KeptStore, StoreRow, StoreRows};
use std::cmp::Reverse;

/// What comes first in a row: how many instances there were, when the key is due, the event time of
/// the last event, the number of events.
type RowHead = (usize, Option<EventTime>, EventTime, usize);

impl<K, T, G, D> KeptStore<K, T, D> for GatheredStore<K, T, G>
where
    K: Key + Kept<D>,
    T: Kept<D> + Send + 'static,
    G: Gathers<T>,
{
    const KEPT: bool = true;

    fn types() -> Vec<KeptType> {
        let types = [KeptType::of::<T, D>(WAITING_EVENT)];
        types.into_iter().flatten().chain([KeptType::rows(G::ROWS)]).collect()
    }

    fn save(&self, into: &mut StoreRows<'_, D>) -> Result<()> {
        let (_, instances) = self.gathers.share();
        for (_, row) in self.keys.rows() {
            let Some(GatheredEvents { time, held }) = &row.value.held.open else { continue };
            let events = self.gathers.events(held);
            let head: RowHead = (instances, row.value.due, *time, events.len());
            into.put((&row.key, row.hash, EventTime::MIN), |bytes| {
                append(&head, bytes)?;
                events.iter().try_for_each(|event| Kept::<D>::write(event, bytes))
            })?;
        }
        Ok(())
    }

    /// Events of no key are divided anew if there were more instances, or fewer.
    fn restore(&mut self, mut row: StoreRow<'_, D>) -> Result<()> {
        let key: K = row.key()?;
        let (instances, due, time, events): RowHead = row.read_own()?;
        let (instance, present) = self.gathers.share();
        let at = self.keys.find(key.key_hash(), key);
        let Some(own) = self.keys.get_mut(at) else { return Ok(()) };
        for number in 0..events {
            let event = row.read_part(WAITING_EVENT)?;
            if instances != present && number % present.max(1) != instance {
                continue;
            }
            self.tally.buffered += 1;
            match &mut own.value.held.open {
                Some(open) => {
                    open.time = open.time.max(time);
                    // No key has rows of two instances.
                    self.gathers.add(&mut open.held, event);
                }
                none => {
                    let held = self.gathers.begin(event);
                    *none = Some(GatheredEvents { time, held });
                    own.value.due = due;
                }
            }
        }
        let Some(GatheredEvents { held, .. }) = &own.value.held.open else {
            self.keys.forget(at);
            return Ok(());
        };
        own.value.due = match self.gathers.is_full(held) {
            true => Some(EventTime::MIN),
            false => own.value.due.into_iter().chain(due).min(),
        };
        if let Some(due) = own.value.due {
            own.value.held.is_queued = true;
            self.looks.push(Reverse((due, at)));
        }
        Ok(())
    }

    fn resume(&mut self, watermark: EventTime) {
        (self.watermark, self.passed) = (watermark, watermark);
    }

    fn clock(&self) -> Option<EventTime> {
        (self.now > EventTime::MIN).then_some(self.now)
    }

    fn resume_clock(&mut self, last: EventTime) {
        self.now = last;
    }
}
