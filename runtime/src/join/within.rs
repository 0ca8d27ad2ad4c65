//! Partners are near each other in time.

use super::{JoinKind, JoinSpec, OneOf2};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::Key;
use crate::time::{EventTime, micros};
use crate::window::{Keys, Results, Store, Stored, spoken};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

/// Partners are near each other in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within {
    before: i64,
    after: i64,
}

/// Partners are near each other in time: the second side's from `before` before the first side's to
/// `after` after it, both included.
///
/// A pair is given on as soon as both are there, at the later of their times. What finds no partner
/// is known, and given on or lost, when the watermark has passed the last moment of a partner;
/// that moment is its time then.
///
/// Memory: each event is kept until the watermark rules out a partner, the first side's for
/// `after`, the second's for `before`. With [`Duration::MAX`] it is kept to the end of the stream.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// assert_eq!(within(0.secs(), 5.mins()).to_string(), "within 0s before and 5m after");
/// ```
#[must_use]
pub fn within(before: Duration, after: Duration) -> Within {
    Within { before: micros(before), after: micros(after) }
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "within {} before and {} after", spoken(self.before), spoken(self.after))
    }
}

impl<K, A, B, J> JoinSpec<K, (A, B), J> for Within
where
    K: Key,
    A: Clone + Send + 'static,
    B: Clone + Send + 'static,
    J: JoinKind<(A, B)>,
{
    type Stored = (Self, PhantomData<fn() -> (A, B, J)>);
    const LOSES: bool = J::REQUIRED != 0;

    fn stored(self) -> Self::Stored {
        (self, PhantomData)
    }
}

impl<K, A, B, J> Stored<K, OneOf2<A, B>> for (Within, PhantomData<fn() -> (A, B, J)>)
where
    K: Key,
    A: Clone + Send + 'static,
    B: Clone + Send + 'static,
    J: JoinKind<(A, B)>,
{
    type Store = WithinStore<K, A, B, J>;

    fn store(&self) -> Self::Store {
        let Within { before, after } = self.0;
        WithinStore {
            before,
            after,
            keys: Keys::default(),
            ends: BinaryHeap::new(),
            watermark: EventTime::MIN,
            kind: PhantomData,
        }
    }
}

/// For each key the events that may still find a partner.
pub struct WithinStore<K, A, B, J> {
    before: i64,
    after: i64,
    keys: Keys<K, Waiting<A, B>>,
    /// When the first event of a key has waited long enough.
    ends: BinaryHeap<Reverse<(EventTime, usize)>>,
    watermark: EventTime,
    kind: PhantomData<fn() -> J>,
}

/// The events of a key, each side in order of time.
struct Waiting<A, B> {
    first: VecDeque<One<A>>,
    second: VecDeque<One<B>>,
}

struct One<T> {
    time: i64,
    found: Found,
    event: T,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Nobody,
    Partner,
}

impl<A, B> Default for Waiting<A, B> {
    fn default() -> Self {
        Self { first: VecDeque::new(), second: VecDeque::new() }
    }
}

impl<K, A, B, J> fmt::Debug for WithinStore<K, A, B, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithinStore").field("keys", &self.keys).finish_non_exhaustive()
    }
}

/// Shows the events with times in a range, and notes that they have found a partner.
fn pair<T>(
    events: &mut VecDeque<One<T>>,
    (from, to): (i64, i64),
    mut show: impl FnMut(&T, i64) -> Result<()>,
) -> Result<Found> {
    let start = events.partition_point(|one| one.time < from);
    let mut found = Found::Nobody;
    for one in events.iter_mut().skip(start).take_while(|one| one.time <= to) {
        one.found = Found::Partner;
        found = Found::Partner;
        show(&one.event, one.time)?;
    }
    Ok(found)
}

fn put<T>(events: &mut VecDeque<One<T>>, one: One<T>) {
    if events.back().is_none_or(|last| last.time <= one.time) {
        return events.push_back(one);
    }
    let at = events.partition_point(|other| other.time <= one.time);
    events.insert(at, one);
}

/// The last moment of a partner.
fn end(time: i64, wait: i64) -> EventTime {
    EventTime::from_micros(time.saturating_add(wait))
}

/// Takes out the next event whose last moment of a partner the watermark has passed.
fn expired<T>(events: &mut VecDeque<One<T>>, wait: i64, watermark: EventTime) -> Option<One<T>> {
    let over = |one: &One<T>| end(one.time, wait) < watermark || watermark == EventTime::MAX;
    events.front().is_some_and(over).then(|| events.pop_front()).flatten()
}

impl<K, A, B, J> WithinStore<K, A, B, J>
where
    K: Key,
    A: Clone + Send + 'static,
    B: Clone + Send + 'static,
    J: JoinKind<(A, B)>,
{
    /// Pairs an event with its partners, and keeps it; when it has waited long enough.
    fn meet<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        at: usize,
        event: OneOf2<A, B>,
        meta: Meta,
        results: &mut R,
    ) -> Result<Option<EventTime>> {
        let (before, after) = (self.before, self.after);
        let Some(row) = self.keys.get_mut(at) else { return Ok(None) };
        let Waiting { first, second } = &mut row.held;
        let time = meta.time.as_micros();
        let mut give = |events: (Option<A>, Option<B>), other: i64| match J::row(events) {
            Some(row) => {
                let time = meta.time.max(EventTime::from_micros(other));
                results.result(row, Meta { time, hash: meta.hash })
            }
            None => Ok(()),
        };
        match event {
            OneOf2::First(event) => {
                let range = (time.saturating_sub(before), time.saturating_add(after));
                let found = pair(second, range, |other, when| {
                    give((Some(event.clone()), Some(other.clone())), when)
                })?;
                put(first, One { time, found, event });
                Ok(Some(end(time, after)))
            }
            OneOf2::Second(event) => {
                let range = (time.saturating_sub(after), time.saturating_add(before));
                let found = pair(first, range, |other, when| {
                    give((Some(other.clone()), Some(event.clone())), when)
                })?;
                put(second, One { time, found, event });
                Ok(Some(end(time, before)))
            }
        }
    }

    /// Puts a key down to be looked at.
    #[inline]
    fn schedule(&mut self, at: usize, due: EventTime) {
        let Some(row) = self.keys.get_mut(at) else { return };
        if row.due.is_none_or(|before| due < before) {
            row.due = Some(due);
            self.ends.push(Reverse((due, at)));
        }
    }

    /// Gives up on the events of a key that have waited long enough.
    fn give_up<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        at: usize,
        results: &mut R,
    ) -> Result<()> {
        let (before, after, watermark) = (self.before, self.after, self.watermark);
        let Some(row) = self.keys.get_mut(at) else { return Ok(()) };
        row.due = None;
        let hash = row.hash;
        let Waiting { first, second } = &mut row.held;
        while let Some(one) = expired(first, after, watermark) {
            let time = end(one.time, after);
            match one.found {
                Found::Partner => {}
                Found::Nobody if J::REQUIRED & 2 == 2 => {
                    results.unmatched(OneOf2::First(one.event), time)?;
                }
                Found::Nobody => {
                    let row = J::row((Some(one.event), None));
                    row.map_or(Ok(()), |row| results.result(row, Meta { time, hash }))?;
                }
            }
        }
        while let Some(one) = expired(second, before, watermark) {
            let time = end(one.time, before);
            match one.found {
                Found::Partner => {}
                Found::Nobody if J::REQUIRED & 1 == 1 => {
                    results.unmatched(OneOf2::Second(one.event), time)?;
                }
                Found::Nobody => {
                    let row = J::row((None, Some(one.event)));
                    row.map_or(Ok(()), |row| results.result(row, Meta { time, hash }))?;
                }
            }
        }
        let next = first.front().map(|one| end(one.time, after));
        let next = next.into_iter().chain(second.front().map(|one| end(one.time, before))).min();
        match next {
            Some(due) => self.schedule(at, due),
            None => self.keys.forget(at),
        }
        Ok(())
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

    #[inline]
    fn insert<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        event: WithKey<K, OneOf2<A, B>>,
        meta: Meta,
        results: &mut R,
    ) -> Result<Option<OneOf2<A, B>>> {
        let WithKey { key, value } = event;
        if meta.time < self.watermark {
            return Ok(Some(value));
        }
        let at = self.keys.find(key, meta.hash);
        if let Some(due) = self.meet(at, value, meta, results)? {
            self.schedule(at, due);
        }
        Ok(None)
    }

    fn advance<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        self.watermark = watermark;
        while let Some(Reverse((due, at))) = self.ends.peek().copied() {
            if due >= watermark && watermark < EventTime::MAX {
                break;
            }
            self.ends.pop();
            if self.keys.get_mut(at).is_some_and(|row| row.due == Some(due)) {
                self.give_up(at, results)?;
            }
        }
        Ok(())
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }
}
