//! The partner is the last one known.

use super::{Inner, JoinKind, JoinSpec, Left, SideTables};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::time::{EventTime, micros};
use crate::window::{Keys, Reorder, Results, Store, StoreFactory, in_words};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

/// The partner is the last one known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latest {
    keep: i64,
}

/// An event of the first side looks up the last event of each other side that is not later than it
/// and less than `keep` older: an as-of join of a stream with tables.
///
/// It waits until the watermark has passed it, so the result is the same however the streams are
/// interleaved. Of events of one side with equal time the one counts that arrived last. With `join`
/// an event is unmatched if something is missing; `left_join` gives on `None` for it.
///
/// Memory: events of the first side wait for the watermark; of the other sides the last of each key
/// is kept for `keep`, with [`Duration::MAX`] to the end of the stream.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// assert_eq!(latest(1.hours()).to_string(), "latest of 1h");
/// ```
#[must_use]
pub fn latest(keep: Duration) -> Latest {
    Latest { keep: micros(keep) }
}

impl fmt::Display for Latest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "latest of {}", in_words(self.keep))
    }
}

/// The kinds of join that look up the latest, and whether they may lose an event.
pub trait LooksUp {
    /// Whether they may.
    const LOSES: bool;
}

impl LooksUp for Inner {
    const LOSES: bool = true;
}

impl LooksUp for Left {
    const LOSES: bool = false;
}

impl<K: Key, S: SideTables, J: JoinKind<S> + LooksUp> JoinSpec<K, S, J> for Latest {
    type Factory = (Self, PhantomData<fn() -> (S, J)>);
    const LOSES: bool = J::LOSES;

    fn factory(self) -> Self::Factory {
        (self, PhantomData)
    }
}

impl<K: Key, S: SideTables, J: JoinKind<S>> StoreFactory<K, S::OneOf>
    for (Latest, PhantomData<fn() -> (S, J)>)
{
    type Store = LatestStore<K, S, J>;

    fn store(&self) -> Self::Store {
        LatestStore {
            keep: self.0.keep,
            waiting: Reorder::new(),
            arrived: 0,
            keys: Keys::default(),
            ends: BinaryHeap::new(),
            watermark: EventTime::MIN,
            kind: PhantomData,
        }
    }
}

/// The events that wait for the watermark, and for each key what is known of the other sides.
pub struct LatestStore<K, S: SideTables, J> {
    keep: i64,
    waiting: Reorder<u64, (K, KeyHash, S::First)>,
    arrived: u64,
    keys: Keys<K, S::SideTables>,
    /// When what is known of a key may be too old.
    ends: BinaryHeap<Reverse<(EventTime, usize)>>,
    watermark: EventTime,
    kind: PhantomData<fn() -> J>,
}

impl<K, S: SideTables, J> fmt::Debug for LatestStore<K, S, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LatestStore").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl<K: Key, S: SideTables, J: JoinKind<S>> LatestStore<K, S, J> {
    /// The time of the oldest that counts at `time`.
    fn oldest(&self, time: EventTime) -> i64 {
        time.as_micros().saturating_sub(self.keep).saturating_add(1)
    }

    /// Notes what another side says.
    fn note(&mut self, key: K, event: S::OneOf, meta: Meta) {
        let (oldest, now) = (self.oldest(self.watermark), self.watermark.as_micros());
        let at = self.keys.find(meta.hash, key);
        let Some(row) = self.keys.get_mut(at) else { return };
        S::note(&mut row.value.held, event, meta.time.as_micros());
        S::drop_past(&mut row.value.held, oldest, now);
        if row.value.due.is_none() {
            let end = EventTime::from_micros(meta.time.as_micros().saturating_add(self.keep));
            row.value.due = Some(end);
            self.ends.push(Reverse((end, at)));
        }
    }

    /// Forgets the keys of which all that is known is too old.
    fn forget_past(&mut self) {
        let (oldest, now) = (self.oldest(self.watermark), self.watermark.as_micros());
        while let Some(Reverse((end, at))) = self.ends.peek().copied() {
            if end >= self.watermark {
                break;
            }
            self.ends.pop();
            let Some(row) = self.keys.get_mut(at) else { continue };
            match S::drop_past(&mut row.value.held, oldest, now) {
                Some(last) => {
                    let end = EventTime::from_micros(last.saturating_add(self.keep));
                    row.value.due = Some(end);
                    self.ends.push(Reverse((end, at)));
                }
                None => self.keys.forget(at),
            }
        }
    }
}

impl<K: Key, S: SideTables, J: JoinKind<S>> Store<K, S::OneOf> for LatestStore<K, S, J> {
    type Out = J::Row;
    type Unmatched = S::OneOf;

    #[inline]
    fn insert<R: Results<J::Row, S::OneOf>>(
        &mut self,
        event: WithKey<K, S::OneOf>,
        meta: Meta,
        _: &mut R,
    ) -> Result<Option<S::OneOf>> {
        let WithKey { key, value } = event;
        if meta.time < self.watermark {
            return Ok(Some(value));
        }
        match S::into_first(value) {
            Ok(event) => {
                self.arrived += 1;
                self.waiting.push(meta.time, self.arrived, (key, meta.hash, event));
            }
            Err(other) => self.note(key, other, meta),
        }
        Ok(None)
    }

    fn advance<R: Results<J::Row, S::OneOf>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        self.watermark = watermark;
        let limit = (watermark < EventTime::MAX).then_some(watermark);
        while let Some((time, (key, hash, event))) = self.waiting.next_before(limit) {
            let at = self.keys.position(hash, &key);
            let range = (self.oldest(time), time.as_micros());
            let tables = at.and_then(|at| self.keys.get(at)).map(|row| &row.value.held);
            let events = S::look_up(tables, event, range);
            if <S as SideTables>::present(&events) & J::REQUIRED == J::REQUIRED {
                if let Some(row) = J::row(events) {
                    results.result(row, Meta { time, hash })?;
                }
            } else if let Some(event) = S::first_of(events) {
                results.unmatched(S::first(event), time)?;
            }
        }
        self.forget_past();
        Ok(())
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }
}
