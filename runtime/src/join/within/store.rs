//! The store of an interval join.

use super::links::{FAR, KeyLinks, find, keep};
use super::log::{LogNumber, Matched, SideLog, end};
use super::restored::{RestoredEvents, rebuild};
use super::{JoinKind, OneOf2};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::mutant::Mutant;
use crate::time::{EventTime, InputIndex};
use crate::window::{Keys, Results, Store, Tally, Verdict};
use std::fmt;
use std::hint::black_box;
use std::marker::PhantomData;

/// The events of both sides that may still match.
pub struct WithinStore<K, A, B, J> {
    /// Where the events of each key are. A key whose events have all expired is dropped some time
    /// later: to look at it for each of its events would cost more than its row.
    pub(super) keys: Keys<K, KeyLinks>,
    pub(super) first: SideLog<A>,
    pub(super) second: SideLog<B>,
    /// The matches of the present event.
    pub(super) found: Vec<LogNumber>,
    /// The row to look at next for a key to drop.
    pub(super) swept: usize,
    pub(super) watermark: EventTime,
    /// What a checkpoint has, until all of it is read.
    pub(super) restored: RestoredEvents<A, B>,
    kind: PhantomData<fn() -> J>,
}

impl<K: Key, A, B, J> WithinStore<K, A, B, J> {
    /// A store for events of the second side from `before` to `after` an event of the first.
    pub(super) fn new(before: i64, after: i64) -> Self {
        Self {
            keys: Keys::default(),
            first: SideLog::new(after),
            second: SideLog::new(before),
            found: Vec::new(),
            swept: 0,
            watermark: EventTime::MIN,
            restored: RestoredEvents::default(),
            kind: PhantomData,
        }
    }
}

impl<K, A, B, J> fmt::Debug for WithinStore<K, A, B, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithinStore").field("keys", &self.keys).finish_non_exhaustive()
    }
}

/// Emits an event that has no match, or reports it.
#[inline]
fn emit_alone<A, B, J>(
    event: OneOf2<A, B>,
    time: EventTime,
    results: &mut impl Results<J::Row, OneOf2<A, B>>,
) -> Result<()>
where
    A: Clone + Send + 'static,
    B: Clone + Send + 'static,
    J: JoinKind<(A, B)>,
{
    let row = match event {
        OneOf2::First(_) if J::REQUIRED & 2 == 2 => return results.unmatched_by_time(event, time),
        OneOf2::Second(_) if J::REQUIRED & 1 == 1 => return results.unmatched_by_time(event, time),
        OneOf2::First(event) => J::row((Some(event), None)),
        OneOf2::Second(event) => J::row((None, Some(event))),
    };
    let meta = Meta::new(time, KeyHash::default());
    row.map_or(Ok(()), |row| results.result_by_time(row, meta))
}

/// Emits an event with each of those `found` on the other side.
#[inline(always)]
fn emit_pairs<T, Row, U>(
    found: &mut Vec<LogNumber>,
    others: &mut SideLog<T>,
    (meta, row): (Meta, impl Fn(&T) -> Option<Row>),
    results: &mut impl Results<Row, U>,
) -> Result<()> {
    while let Some(other) = found.pop().and_then(|number| others.get_mut(number)) {
        other.matched = Matched::Yes;
        if let Some(row) = row(&other.event) {
            let time = meta.time.max(EventTime::from_micros(other.time));
            results.result(row, Meta::new(time, meta.hash))?;
        }
    }
    Ok(())
}

impl<K, A, B, J> WithinStore<K, A, B, J>
where
    K: Key,
    A: Clone + Send + 'static,
    B: Clone + Send + 'static,
    J: JoinKind<(A, B)>,
{
    /// Returns the number of the row of an event's key. An event that does not wait needs none if
    /// there is none.
    #[inline(always)]
    fn row_of(
        &mut self,
        found: Option<usize>,
        key: K,
        hash: KeyHash,
        waits: bool,
    ) -> Option<usize> {
        match found {
            Some(at) => Some(at),
            None if key.is_missing() => waits.then(|| self.keys.unshared(hash, key)),
            None if waits => Some(self.keys.find(hash, key)),
            None => self.keys.position(hash, &key),
        }
    }

    /// Emits an event of the first side with its matches, and keeps it if more are possible.
    #[inline(always)]
    fn match_first<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        (key, found_row): (K, Option<usize>),
        (event, meta): (A, Meta),
        results: &mut R,
    ) -> Result<()> {
        let time = meta.time.as_micros();
        let due = end(time, self.first.wait);
        let waits = due >= self.second.watermark;
        let at = self.row_of(found_row, key, meta.hash, waits);
        let Self { keys, first, second, found, .. } = self;
        let mut links = at.and_then(|at| keys.get_mut(at)).map(|row| &mut row.value.held);
        let range = (time.saturating_sub(second.wait), time.saturating_add(first.wait));
        let mut passed = 0;
        if let Some(links) = &links {
            let many = links.many.as_ref().map(|many| &many.second);
            passed = find((links.second, many), second, range, found);
        }
        let matched = if found.is_empty() { Matched::No } else { Matched::Yes };
        let row = |other: &B| J::row((Some(event.clone()), Some(other.clone())));
        emit_pairs(found, second, (meta, row), results)?;
        match &mut links {
            Some(links) if waits => {
                passed += keep(links.of_first(), first, (time, matched), event);
                if passed > FAR {
                    links.become_many(first, second);
                    if Mutant::LostInJoin.strikes() {
                        first.lose_last();
                    }
                }
            }
            _ => {
                first.count_passing();
                if matched == Matched::No {
                    return emit_alone::<A, B, J>(OneOf2::First(event), due, results);
                }
            }
        }
        Ok(())
    }

    /// The same for an event of the second side.
    #[inline(always)]
    fn match_second<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        (key, found_row): (K, Option<usize>),
        (event, meta): (B, Meta),
        results: &mut R,
    ) -> Result<()> {
        let time = meta.time.as_micros();
        let due = end(time, self.second.wait);
        let waits = due >= self.first.watermark;
        let at = self.row_of(found_row, key, meta.hash, waits);
        let Self { keys, first, second, found, .. } = self;
        let mut links = at.and_then(|at| keys.get_mut(at)).map(|row| &mut row.value.held);
        let range = (time.saturating_sub(first.wait), time.saturating_add(second.wait));
        let mut passed = 0;
        if let Some(links) = &links {
            let many = links.many.as_ref().map(|many| &many.first);
            passed = find((links.first, many), first, range, found);
        }
        let matched = if found.is_empty() { Matched::No } else { Matched::Yes };
        let row = |other: &A| J::row((Some(other.clone()), Some(event.clone())));
        emit_pairs(found, first, (meta, row), results)?;
        match &mut links {
            Some(links) if waits => {
                passed += keep(links.of_second(), second, (time, matched), event);
                if passed > FAR {
                    links.become_many(first, second);
                }
            }
            _ => {
                second.count_passing();
                if matched == Matched::No {
                    return emit_alone::<A, B, J>(OneOf2::Second(event), due, results);
                }
            }
        }
        Ok(())
    }

    /// Drops keys of which all events have expired, if there are any among the next `rows` rows.
    fn sweep(&mut self, rows: u64) {
        let all = self.keys.places();
        for _ in 0..rows.min(all as u64) {
            let at = self.swept;
            self.swept = if at + 1 < all { at + 1 } else { 0 };
            let Some(row) = self.keys.get_mut(at) else { continue };
            let links = &mut row.value.held;
            if !links.is_vacant() && links.has_expired(&self.first, &self.second) {
                *links = KeyLinks::default();
                self.keys.forget(at);
            }
        }
    }
}

impl<K, A, B, J> Store<K, OneOf2<A, B>> for WithinStore<K, A, B, J>
where
    K: Key,
    A: Clone + Send + 'static,
    B: Clone + Send + 'static,
    J: JoinKind<(A, B)>,
{
    type Out = J::Row;
    type Unmatched = OneOf2<A, B>;
    const HOLDS: bool = false;
    const AHEAD: bool = true;

    #[inline(always)]
    fn find(&mut self, event: &WithKey<K, OneOf2<A, B>>, hash: KeyHash) -> Option<usize> {
        let at = self.keys.position(hash, &event.key)?;
        let links = &self.keys.get(at)?.value.held;
        black_box(match &event.value {
            OneOf2::First(_) => self.second.get(links.second).map_or(0, |one| one.time),
            OneOf2::Second(_) => self.first.get(links.first).map_or(0, |one| one.time),
        });
        Some(at)
    }

    /// Everything is done in order of time, and the time of a late event is over.
    fn judge(&self, _: EventTime, _: EventTime) -> Verdict {
        Verdict::Late
    }

    fn side_passed(&mut self, side: InputIndex, watermark: EventTime) {
        if watermark == EventTime::MAX {
            // It has ended, but may be longer when the job starts again from a checkpoint.
            return;
        }
        let known = match side {
            InputIndex(0) => &mut self.first.watermark,
            InputIndex(_) => &mut self.second.watermark,
        };
        *known = watermark.max(*known);
    }

    #[inline]
    fn insert<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        event: WithKey<K, OneOf2<A, B>>,
        meta: Meta,
        results: &mut R,
    ) -> Result<Option<OneOf2<A, B>>> {
        self.insert_found(event, meta, None, results)
    }

    /// An event before the watermark of its own side is late, even if that of the join has not
    /// come so far: its matches may have been dropped.
    #[inline(always)]
    fn insert_found<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        event: WithKey<K, OneOf2<A, B>>,
        meta: Meta,
        found: Option<usize>,
        results: &mut R,
    ) -> Result<Option<OneOf2<A, B>>> {
        let WithKey { key, value } = event;
        let own = match &value {
            OneOf2::First(_) => self.first.watermark,
            OneOf2::Second(_) => self.second.watermark,
        };
        if meta.time < self.watermark.max(own) {
            return Ok(Some(value));
        }
        match value {
            OneOf2::First(event) => self.match_first((key, found), (event, meta), results)?,
            OneOf2::Second(event) => self.match_second((key, found), (event, meta), results)?,
        }
        Ok(None)
    }

    fn advance<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        self.watermark = watermark;
        let before = self.first.expired() + self.second.expired();
        while let Some(expired) = self.first.next_expired(watermark) {
            if let Some(event) = expired.unmatched {
                emit_alone::<A, B, J>(OneOf2::First(event), expired.time, results)?;
            }
        }
        while let Some(expired) = self.second.next_expired(watermark) {
            if let Some(event) = expired.unmatched {
                emit_alone::<A, B, J>(OneOf2::Second(event), expired.time, results)?;
            }
        }
        if watermark == EventTime::MAX {
            self.keys = Keys::default();
        } else {
            self.sweep(self.first.expired() + self.second.expired() - before);
            if self.first.is_sparse() {
                rebuild(&mut self.first, &mut self.keys, KeyLinks::of_first);
            }
            if self.second.is_sparse() {
                rebuild(&mut self.second, &mut self.keys, KeyLinks::of_second);
            }
        }
        Ok(())
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }

    fn tally(&self) -> Option<Tally> {
        let processed = self.first.expired() + self.second.expired();
        Some(Tally { processed, buffered: self.first.len() + self.second.len() })
    }

    fn keys(&self) -> Option<usize> {
        Some(self.keys.len())
    }
}
