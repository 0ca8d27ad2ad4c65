//! What a store of windows or of a join keeps: its contents, and the events that are held.

use super::StoreLink;
use crate::checkpoint::RowsWriter;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{ArrivalPlace, Meta, WithKey};
use crate::key::Key;
use crate::mutant::Mutant;
use crate::state::{Durable, KEY, Kept, KeptType, WAITING_EVENT, WrittenShapes, append};
use crate::time::EventTime;
use crate::window::{CONTENTS, KeptStore, StoreRow, StoreRows};

/// Begins the keys of rows with an event that is held.
const HELD: u8 = 1;
/// The key of the row with the watermark, in each group: any instance may take the group over.
const WATERMARK: u8 = 2;
/// The key of the row with the last reading of the clock, likewise.
const CLOCK: u8 = 3;

/// The error of a row that no store has written.
fn malformed() -> Error {
    let message = "a row of a window or join is malformed";
    Error::new(ErrorKind::Checkpoint, message)
}

impl<K, T, S, D> StoreLink<K, T, S, D>
where
    K: Key + Kept<D>,
    T: Kept<D> + Send + 'static,
    S: KeptStore<K, T, D>,
{
    /// Writes everything: rows of earlier checkpoints are gone.
    pub(super) fn save_rows(&self, into: &mut RowsWriter) -> Result<()> {
        into.everything_owned();
        if !Mutant::StoreNotSaved.is_planted() {
            self.store.save(&mut StoreRows::new(into))?;
        }
        self.save_watermark(into)?;
        if !S::HOLDS || Mutant::HeldNotSaved.is_planted() {
            return Ok(());
        }
        let groups = into.groups();
        // Copies of an event have the same place, so the rows are numbered.
        for (number, (passed, place, (event, meta, _))) in (0_u64..).zip(self.held.in_order()) {
            let key = |bytes: &mut Vec<u8>| {
                bytes.push(HELD);
                bytes.extend(number.to_be_bytes());
                Ok(())
            };
            into.put_with(groups.of(meta.hash), key, |bytes| {
                append(&(passed, meta.time, place), bytes)?;
                Kept::<D>::write(&event.key, bytes)?;
                Kept::<D>::write(&event.value, bytes)
            })?;
        }
        Ok(())
    }

    fn save_watermark(&self, into: &mut RowsWriter) -> Result<()> {
        for (key, time) in [(WATERMARK, self.last), (CLOCK, self.store.clock())] {
            let Some(time) = time else { continue };
            let mut bytes = Vec::new();
            append(&time, &mut bytes)?;
            into.put_each_owned(&[key], &bytes);
        }
        Ok(())
    }

    /// The types that are kept in checkpoints.
    #[must_use]
    pub fn types() -> Vec<KeptType> {
        let held = if S::HOLDS { KeptType::of::<T, D>(WAITING_EVENT) } else { None };
        let own = KeptType::of::<K, D>(KEY).into_iter().chain(held);
        let mut types: Vec<_> = own.chain(S::types()).collect();
        types.sort_by_key(|kept| kept.part);
        types.dedup_by_key(|kept| kept.part);
        types
    }

    /// Goes on where the rows were written; returns the watermark.
    pub(super) fn resume_store(&mut self) -> EventTime {
        let watermark = self.last.unwrap_or(EventTime::MIN);
        if let (Some(clock), Some(read)) = (&mut self.clock, self.read) {
            clock.begin_at(read);
            self.store.resume_clock(read);
        }
        if !Mutant::StoreWatermarkNotRestored.is_planted() {
            self.store.resume(watermark);
        }
        self.publish_restored();
        watermark
    }

    pub(super) fn restore_row(
        &mut self,
        key: &[u8],
        mut value: &[u8],
        written: &WrittenShapes,
    ) -> Result<()> {
        match key.split_first() {
            Some((&CONTENTS, key)) => {
                let row = StoreRow::new(key, value, written).ok_or_else(malformed)?;
                self.store.restore(row)
            }
            Some((&HELD, _)) => {
                let (passed, time, place): (EventTime, EventTime, ArrivalPlace) =
                    Kept::<Durable>::read(&mut value)?;
                let key = K::read(&mut value)?;
                let event = T::read_written(written.of(WAITING_EVENT), &mut value)?;
                let event = WithKey { key, value: event };
                let meta = Meta::new(time, event.key.key_hash());
                self.held.push(passed, place, (event, meta, place));
                Ok(())
            }
            Some((&WATERMARK, _)) => {
                // With another number of instances, the least of theirs: no window fires early.
                let watermark = Kept::<Durable>::read(&mut value)?;
                self.last = Some(self.last.map_or(watermark, |least| least.min(watermark)));
                Ok(())
            }
            Some((&CLOCK, _)) => {
                // Likewise the least: what had fired by a later reading is gone, and fires no more.
                let read = Kept::<Durable>::read(&mut value)?;
                self.read = Some(self.read.map_or(read, |least: EventTime| least.min(read)));
                Ok(())
            }
            _ => Err(malformed()),
        }
    }
}
