//! The contents of interval joins in checkpoints: a row per key, with the events of both sides.
//!
//! An event whose key is missing matches nothing, and has a row of its own.

use super::links::{KeyLinks, TimeIndex, numbers_of};
use super::log::{LogNumber, Logged, Matched, SideLog};
use super::restored::{RestoredEvent, RestoredEvents, add_all};
use super::store::WithinStore;
use super::{JoinKind, OneOf2};
use crate::error::Result;
use crate::key::Key;
use crate::mutant::Mutant;
use crate::state::{Kept, KeptType, SIDES, append};
use crate::time::EventTime;
use crate::window::{KeptStore, StoreRow, StoreRows};

/// The events of a side of a key that have not expired, in order of time.
fn events_of<'a, T>(
    (last, many): (LogNumber, Option<&TimeIndex>),
    log: &'a SideLog<T>,
) -> Vec<&'a Logged<T>> {
    let numbers = many.map_or_else(|| numbers_of(last, log), |many| many.numbers().collect());
    let events = numbers.into_iter().filter_map(|number| log.get(number));
    events.filter(|one| one.matched != Matched::Expired).collect()
}

impl<K, A, B, J, D> KeptStore<K, OneOf2<A, B>, D> for WithinStore<K, A, B, J>
where
    K: Key + Kept<D>,
    A: Kept<D> + Clone + Send + 'static,
    B: Kept<D> + Clone + Send + 'static,
    J: JoinKind<(A, B)>,
{
    const KEPT: bool = true;

    fn types() -> Vec<KeptType> {
        let types = [KeptType::of::<A, D>(SIDES[0]), KeptType::of::<B, D>(SIDES[1])];
        types.into_iter().flatten().chain([KeptType::rows("pairs")]).collect()
    }

    fn resume(&mut self, watermark: EventTime) {
        self.watermark = watermark;
        let RestoredEvents { first, second } = std::mem::take(&mut self.restored);
        add_all(first, &mut self.first, &mut self.keys, KeyLinks::of_first);
        add_all(second, &mut self.second, &mut self.keys, KeyLinks::of_second);
    }

    fn save(&self, into: &mut StoreRows<'_, D>) -> Result<()> {
        for (at, row) in self.keys.rows() {
            let KeyLinks { first, second, many } = &row.value.held;
            let (many_first, many_second) =
                many.as_ref().map(|many| (&many.first, &many.second)).unzip();
            let first = events_of((*first, many_first), &self.first);
            let second = events_of((*second, many_second), &self.second);
            let second = if Mutant::SideNotSaved.is_planted() { Vec::new() } else { second };
            if first.is_empty() && second.is_empty() {
                continue;
            }
            // The number of the row tells missing keys apart.
            let number = i64::try_from(at).unwrap_or(i64::MAX);
            let number = if row.key.is_missing() { number } else { i64::MIN };
            into.put((&row.key, row.hash, EventTime::from_micros(number)), |bytes| {
                write_side(&first, bytes)?;
                write_side(&second, bytes)
            })?;
        }
        Ok(())
    }

    fn restore(&mut self, mut row: StoreRow<'_, D>) -> Result<()> {
        let key: K = row.key()?;
        let hash = key.key_hash();
        let at = if key.is_missing() {
            self.keys.unshared(hash, key)
        } else {
            self.keys.find(hash, key)
        };
        read_side(&mut row, (SIDES[0], at), &mut self.restored.first)?;
        read_side(&mut row, (SIDES[1], at), &mut self.restored.second)
    }
}

fn write_side<T: Kept<D>, D>(events: &[&Logged<T>], into: &mut Vec<u8>) -> Result<()> {
    append(&events.len(), into)?;
    events.iter().try_for_each(|Logged { time, matched, event, .. }| {
        append(&(time, *matched == Matched::Yes), into)?;
        Kept::<D>::write(event, into)
    })
}

fn read_side<T: Kept<D>, D>(
    row: &mut StoreRow<'_, D>,
    (part, at): (&str, usize),
    into: &mut Vec<RestoredEvent<T>>,
) -> Result<()> {
    let number: usize = row.read_own()?;
    for _ in 0..number {
        let (time, is_matched) = row.read_own()?;
        let matched = if is_matched { Matched::Yes } else { Matched::No };
        into.push(RestoredEvent { at, time, matched, event: row.read_part(part)? });
    }
    Ok(())
}
