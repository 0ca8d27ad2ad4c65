//! Interval joins: events match if their times are close.

mod counted;
mod saved;

use super::reach::{Reach, WaitingSide};
use super::waiting::{Added, ManyWaiting, Retained, Waiting};
use super::{JoinKind, JoinSpec, OneOf2};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::mutant::Mutant;
use crate::time::{EventTime, micros};
use crate::window::{Keys, Reorder, Results, Store, StoreFactory, Tally, Verdict, in_words};
use std::convert::Infallible;
use std::fmt;
use std::hint::black_box;
use std::marker::PhantomData;
use std::time::Duration;

/// Matches events whose times are close, made by [`within`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within {
    before: i64,
    after: i64,
}

/// Joins events of two sides that are close in event time, such as an order and its payment: an
/// interval join.
///
/// An event of the first side at `t` matches the events of the second side from `t - before` to
/// `t + after`, both inclusive.
///
/// A pair is emitted as soon as both events have arrived; its time is the later of theirs. An event
/// without a match is emitted with `None`, or sent to the unmatched output, when the watermark has
/// passed the last time a match could have; that is its time then. See [`JoinKind`].
///
/// Memory: each event is kept until the watermark rules out further matches: `after` for the first
/// side, `before` for the second. With [`Duration::MAX`] it is kept to the end of the stream.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let (waits, unpaid) = (Collected::new(), Collected::new());
/// let orders = [(1, "book"), (9, "pen")];
/// let payments = [(4, "book"), (20, "pen")];
/// let topology = topology!(
///     job("payments"),
///     orders = source(from_iter(orders))
///         >> event_time(|order| EventTime::from_secs(order.0), lateness(0.secs())),
///     payments = source(from_iter(payments))
///         >> event_time(|paid| EventTime::from_secs(paid.0), lateness(0.secs())),
///     paid = (orders >> by(|order| order.1), payments >> by(|paid| paid.1))
///         >> join(within(0.secs(), 5.secs())),
///     paid >> map(|(order, paid)| (order.1, paid.0 - order.0)) >> sink(waits.sink()),
///     paid.unmatched >> sink(unpaid.sink()),
///     paid.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(waits.take(), [("book", 3)]);
/// assert_eq!(unpaid.take(), [OneOf2::First((9, "pen")), OneOf2::Second((20, "pen"))]);
/// # Ok(())
/// # }
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
    type Counted = Self::Factory;
    type Overflow = Infallible;
    const LOSES: bool = J::REQUIRED != 0;

    fn factory(self) -> Self::Factory {
        (self, PhantomData)
    }

    fn counted(self) -> Self::Counted {
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
            reach: Reach { before, after },
            keys: Keys::default(),
            ends: [Reorder::new(), Reorder::new()],
            due: Vec::new(),
            watermark: EventTime::MIN,
            added: 0,
            expired: 0,
            kind: PhantomData,
        }
    }
}

/// For each key, the events that may still match.
pub struct WithinStore<K, A, B, J> {
    reach: Reach,
    keys: Keys<K, Waiting<A, B>>,
    /// When an event expires, and the number of its key: one buffer for each side, so that nearly
    /// every event is appended at its end.
    ends: [Reorder<(), usize>; 2],
    /// Keys with expired events, to be processed next.
    due: Vec<usize>,
    watermark: EventTime,
    /// The number of events that were added, and of those that have expired.
    added: u64,
    expired: u64,
    kind: PhantomData<fn() -> J>,
}

/// How many keys are prefetched together. They are scattered over memory, and waiting for each in
/// turn would take most of the time.
const AHEAD: usize = 32;

impl<K, A, B, J> fmt::Debug for WithinStore<K, A, B, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithinStore").field("keys", &self.keys).finish_non_exhaustive()
    }
}

/// Schedules the expiries of the events of a key.
#[inline(always)]
fn scheduler(
    [first, second]: &mut [Reorder<(), usize>; 2],
    at: usize,
) -> impl FnMut(WaitingSide, EventTime) {
    move |side, due| match side {
        WaitingSide::First => schedule(first, at, due),
        WaitingSide::Second => schedule(second, at, due),
    }
}

/// Schedules the expiry of an event, unless it is kept to the end of the stream.
///
/// Never inlined: the two calls are in the loop over a batch, which has no registers to spare.
#[inline(never)]
fn schedule(ends: &mut Reorder<(), usize>, at: usize, due: EventTime) {
    if due < EventTime::MAX {
        ends.push(due, (), at);
    }
}

impl<K, A, B, J> WithinStore<K, A, B, J>
where
    K: Key,
    A: Clone + Send + 'static,
    B: Clone + Send + 'static,
    J: JoinKind<(A, B)>,
{
    /// Emits an event with its matches, and buffers it until it expires.
    fn match_event<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        at: usize,
        event: OneOf2<A, B>,
        meta: Meta,
        results: &mut R,
    ) -> Result<()> {
        let Some(row) = self.keys.get_mut(at) else { return Ok(()) };
        let Waiting { first, second, many } = &mut row.value.held;
        if many.is_some() {
            return self.match_many(at, (event, meta), results);
        }
        let event = (event, meta);
        let schedule = scheduler(&mut self.ends, at);
        let added = self.reach.match_event::<A, B, J>((first, second), event, schedule, results)?;
        self.added += 1;
        if added == Added::Far {
            row.value.held.become_many();
            if Mutant::LostInJoin.strikes() {
                row.value.held.many = None;
            }
        }
        Ok(())
    }

    /// Does the same for a key with many events out of order.
    #[cold]
    #[inline(never)]
    fn match_many<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        at: usize,
        event: (OneOf2<A, B>, Meta),
        results: &mut R,
    ) -> Result<()> {
        let many = self.keys.get_mut(at).and_then(|row| row.value.held.many.as_mut());
        let Some(ManyWaiting { first, second }) = many.map(|many| &mut **many) else {
            return Ok(());
        };
        let schedule = scheduler(&mut self.ends, at);
        self.reach.match_event::<A, B, J>((first, second), event, schedule, results)?;
        self.added += 1;
        Ok(())
    }

    /// Reads what will be needed, so that the processor prefetches it.
    #[inline]
    fn touch_row(&self, at: usize) {
        if let Some(Waiting { first, second, .. }) = self.keys.get(at).map(|row| &row.value.held) {
            let time = |one: Option<&Retained<A>>| one.map_or(0, |one| one.time);
            let other = |one: Option<&Retained<B>>| one.map_or(0, |one| one.time);
            black_box(time(first.front()) ^ time(first.back()));
            black_box(other(second.front()) ^ other(second.back()));
        }
    }

    /// Returns the number of the next key with an expired event of a side.
    fn next_due(&mut self, side: usize) -> Option<usize> {
        Some(self.ends.get_mut(side)?.next_before(Some(self.watermark))?.1)
    }

    /// Drops the expired events of a key, and emits or reports those without a match.
    fn expire<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        at: usize,
        results: &mut R,
    ) -> Result<()> {
        let (reach, watermark) = (self.reach, self.watermark);
        let Some(row) = self.keys.get_mut(at) else { return Ok(()) };
        let hash = row.hash;
        let Waiting { first, second, many } = &mut row.value.held;
        if first.is_empty() && second.is_empty() {
            // If there are not many, they expired together with an earlier event.
            return if many.is_some() { self.expire_many(at, results) } else { Ok(()) };
        }
        let expired = reach.expire::<A, B, J>((first, second), (hash, watermark), results)?;
        self.expired += expired;
        if first.is_empty() && second.is_empty() {
            self.keys.forget(at);
        }
        Ok(())
    }

    /// Does the same for a key with many events out of order.
    #[cold]
    #[inline(never)]
    fn expire_many<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        at: usize,
        results: &mut R,
    ) -> Result<()> {
        let Some(row) = self.keys.get_mut(at) else { return Ok(()) };
        let over = (row.hash, self.watermark);
        let many = &mut row.value.held.many;
        let Some(ManyWaiting { first, second }) = many.as_mut().map(|many| &mut **many) else {
            return Ok(());
        };
        let expired = self.reach.expire::<A, B, J>((first, second), over, results)?;
        self.expired += expired;
        if first.is_empty() && second.is_empty() {
            *many = None;
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
    const HOLDS: bool = false;
    const AHEAD: bool = true;

    #[inline]
    fn touch(&mut self, key: &K, hash: KeyHash) {
        if let Some(at) = self.keys.position(hash, key) {
            self.touch_row(at);
        }
    }

    /// Everything is done in order of time, and the time of a late event is over.
    fn judge(&self, _: EventTime, _: EventTime) -> Verdict {
        Verdict::Late
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
        let at = if key.is_missing() {
            self.keys.unshared(meta.hash, key)
        } else {
            self.keys.find(meta.hash, key)
        };
        self.match_event(at, value, meta, results)?;
        Ok(None)
    }

    fn advance<R: Results<J::Row, OneOf2<A, B>>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        self.watermark = watermark;
        if watermark == EventTime::MAX {
            // Includes the events that are kept to the end of the stream.
            return (0..self.keys.places()).try_for_each(|at| self.expire(at, results));
        }
        let mut due = std::mem::take(&mut self.due);
        for side in 0..self.ends.len() {
            loop {
                due.extend(std::iter::from_fn(|| self.next_due(side)).take(AHEAD));
                if due.is_empty() {
                    break;
                }
                due.iter().for_each(|at| self.touch_row(*at));
                due.drain(..).try_for_each(|at| self.expire(at, results))?;
            }
        }
        self.due = due;
        Ok(())
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }

    fn tally(&self) -> Option<Tally> {
        let (processed, buffered) = (self.expired, self.added.saturating_sub(self.expired));
        Some(Tally { processed, buffered })
    }

    fn keys(&self) -> Option<usize> {
        Some(self.keys.len())
    }
}
