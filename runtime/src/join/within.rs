//! Partners are near each other in time.

use super::{JoinKind, JoinSpec, OneOf2};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::time::{EventTime, micros};
use crate::window::{Keys, Reorder, Results, Store, StoreFactory, in_words};
use std::collections::VecDeque;
use std::fmt;
use std::hint::black_box;
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
        write!(f, "within {} before and {} after", in_words(self.before), in_words(self.after))
    }
}

impl<K, A, B, J> JoinSpec<K, (A, B), J> for Within
where
    K: Key,
    A: Clone + Send + 'static,
    B: Clone + Send + 'static,
    J: JoinKind<(A, B)>,
{
    type Factory = (Self, PhantomData<fn() -> (A, B, J)>);
    const LOSES: bool = J::REQUIRED != 0;

    fn factory(self) -> Self::Factory {
        (self, PhantomData)
    }
}

impl<K, A, B, J> StoreFactory<K, OneOf2<A, B>> for (Within, PhantomData<fn() -> (A, B, J)>)
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
            ends: [Reorder::new(), Reorder::new()],
            due: Vec::new(),
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
    /// When an event has waited long enough, and the number of its key: one line for each side,
    /// in which nearly every event comes last.
    ends: [Reorder<(), usize>; 2],
    /// Keys that are looked at next.
    due: Vec<usize>,
    watermark: EventTime,
    kind: PhantomData<fn() -> J>,
}

/// How many keys are brought into the cache together. They lie anywhere in memory, and to wait for
/// one after the other would take most of the time.
const AHEAD: usize = 32;

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
    let mut found = Found::Nobody;
    // By position: an iterator over the two halves of the ring costs more than a short ring.
    let mut at = events.partition_point(|one| one.time < from);
    while let Some(one) = events.get_mut(at).filter(|one| one.time <= to) {
        one.found = Found::Partner;
        found = Found::Partner;
        show(&one.event, one.time)?;
        at += 1;
    }
    Ok(found)
}

/// Adds an event to its side. Inlined, or it would be put together on the stack and copied.
#[inline(always)]
fn put<T>(events: &mut VecDeque<One<T>>, one: One<T>) {
    if events.back().is_none_or(|last| last.time <= one.time) {
        events.push_back(one);
    } else {
        put_between(events, one);
    }
}

#[cold]
fn put_between<T>(events: &mut VecDeque<One<T>>, one: One<T>) {
    let at = events.partition_point(|other| other.time <= one.time);
    events.insert(at, one);
}

/// The last moment of a partner.
fn end(time: i64, wait: i64) -> EventTime {
    EventTime::from_micros(time.saturating_add(wait))
}

/// Notes when an event has waited long enough, unless it waits to the end of the stream.
fn schedule(ends: &mut Reorder<(), usize>, at: usize, due: EventTime) {
    if due < EventTime::MAX {
        ends.push(due, (), at);
    }
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
    /// Pairs an event with its partners, and keeps it until it has waited long enough.
    fn meet<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        at: usize,
        event: OneOf2<A, B>,
        meta: Meta,
        results: &mut R,
    ) -> Result<()> {
        let (before, after) = (self.before, self.after);
        let [first_ends, second_ends] = &mut self.ends;
        let Some(row) = self.keys.get_mut(at) else { return Ok(()) };
        let Waiting { first, second } = &mut row.value.held;
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
                schedule(first_ends, at, end(time, after));
                Ok(())
            }
            OneOf2::Second(event) => {
                let range = (time.saturating_sub(after), time.saturating_add(before));
                let found = pair(first, range, |other, when| {
                    give((Some(other.clone()), Some(event.clone())), when)
                })?;
                put(second, One { time, found, event });
                schedule(second_ends, at, end(time, before));
                Ok(())
            }
        }
    }

    /// Reads what will be looked at, so that the processor fetches it while it goes on.
    #[inline]
    fn touch_row(&self, at: usize) {
        if let Some(Waiting { first, second }) = self.keys.get(at).map(|row| &row.value.held) {
            let time = |one: Option<&One<A>>| one.map_or(0, |one| one.time);
            let other = |one: Option<&One<B>>| one.map_or(0, |one| one.time);
            black_box(time(first.front()) ^ time(first.back()));
            black_box(other(second.front()) ^ other(second.back()));
        }
    }

    /// The number of a key with an event of a side that has waited long enough.
    fn next_due(&mut self, side: usize) -> Option<usize> {
        let (_, at) = self.ends.get_mut(side)?.next_before(Some(self.watermark))?;
        Some(at)
    }

    /// Gives up on the events of a key that have waited long enough.
    fn give_up<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        at: usize,
        results: &mut R,
    ) -> Result<()> {
        let (before, after, watermark) = (self.before, self.after, self.watermark);
        let Some(row) = self.keys.get_mut(at) else { return Ok(()) };
        let hash = row.hash;
        let Waiting { first, second } = &mut row.value.held;
        if first.is_empty() && second.is_empty() {
            // All of them went together with an earlier one; the place is vacant, or is soon.
            return Ok(());
        }
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
        if first.is_empty() && second.is_empty() {
            self.keys.forget(at);
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
    const AHEAD: bool = true;

    #[inline]
    fn touch(&mut self, key: &K, hash: KeyHash) {
        if let Some(at) = self.keys.position(hash, key) {
            self.touch_row(at);
        }
    }

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
        let at = self.keys.find(meta.hash, key);
        self.meet(at, value, meta, results)?;
        Ok(None)
    }

    fn advance<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        self.watermark = watermark;
        if watermark == EventTime::MAX {
            // Also what waits to the end of the stream.
            return (0..self.keys.places()).try_for_each(|at| self.give_up(at, results));
        }
        let mut due = std::mem::take(&mut self.due);
        for side in 0..self.ends.len() {
            loop {
                due.extend(std::iter::from_fn(|| self.next_due(side)).take(AHEAD));
                if due.is_empty() {
                    break;
                }
                due.iter().for_each(|at| self.touch_row(*at));
                due.drain(..).try_for_each(|at| self.give_up(at, results))?;
            }
        }
        self.due = due;
        Ok(())
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }
}
