//! The contents of interval joins in checkpoints: a row per key, with the events of both sides.
//!
//! An event whose key is missing matches nothing, and has a row of its own.

use super::super::reach::end;
use super::super::waiting::Matched;
use super::{JoinKind, OneOf2, Retained, Waiting, WithinStore, schedule};
use crate::error::Result;
use crate::key::Key;
use crate::mutant::Mutant;
use crate::state::{Kept, KeptType, SIDES, append};
use crate::time::EventTime;
use crate::window::{KeptStore, StoreRow, StoreRows};
use std::collections::VecDeque;

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
    }

    fn save(&self, into: &mut StoreRows<'_, D>) -> Result<()> {
        for (at, row) in self.keys.rows() {
            let Waiting { first, second, many } = &row.value.held;
            let (many_first, many_second) =
                many.as_ref().map(|many| (many.first.iter(), many.second.iter())).unzip();
            let first: Vec<_> = first.iter().chain(many_first.into_iter().flatten()).collect();
            let second: Vec<_> = second.iter().chain(many_second.into_iter().flatten()).collect();
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
        let (first, second) = (read_side(&mut row, SIDES[0])?, read_side(&mut row, SIDES[1])?);
        let at = if key.is_missing() {
            self.keys.unshared(hash, key)
        } else {
            self.keys.find(hash, key)
        };
        let [first_ends, second_ends] = &mut self.ends;
        for Retained { time, .. } in &first {
            schedule(first_ends, at, end(*time, self.reach.after));
        }
        for Retained { time, .. } in &second {
            schedule(second_ends, at, end(*time, self.reach.before));
        }
        self.added += (first.len() + second.len()) as u64;
        if let Some(row) = self.keys.get_mut(at) {
            row.value.held = Waiting { first, second, many: None };
        }
        Ok(())
    }
}

fn write_side<T: Kept<D>, D>(events: &[&Retained<T>], into: &mut Vec<u8>) -> Result<()> {
    append(&events.len(), into)?;
    events.iter().try_for_each(|Retained { time, matched, event }| {
        append(&(time, *matched == Matched::Yes), into)?;
        Kept::<D>::write(event, into)
    })
}

fn read_side<T: Kept<D>, D>(
    row: &mut StoreRow<'_, D>,
    part: &str,
) -> Result<VecDeque<Retained<T>>> {
    let number: usize = row.read_own()?;
    let events = (0..number).map(|_| {
        let (time, is_matched) = row.read_own()?;
        let matched = if is_matched { Matched::Yes } else { Matched::No };
        Ok(Retained { time, matched, event: row.read_part(part)? })
    });
    events.collect()
}
