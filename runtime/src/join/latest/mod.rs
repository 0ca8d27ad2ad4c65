//! As-of joins: each event of the first side with the latest events of the others.

mod counted;
mod saved;

use super::rows::{CountedRows, RowCount, UncountedRows};
use super::{Inner, JoinKind, JoinSpec, Left, SideTables};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::Key;
use crate::mutant::Mutant;
use crate::time::{EventTime, micros};
use crate::window::{
    Keys, Reorder, Results, Store, StoreFactory, Tally, Verdict, WaitingForTime, in_words,
};
use millstream_graph::sentence::{Sentence, shape};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

/// Matches an event with the latest ones of the other sides, made by [`latest`].
///
/// # Examples
/// ```
/// use millstream::join::Latest;
/// use millstream::prelude::*;
///
/// fn prices_of_today() -> Latest {
///     latest(24.hours())
/// }
///
/// assert_eq!(prices_of_today().to_string(), "latest of 24h");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latest {
    keep: i64,
}

/// Joins each event of the first side with what is known at its time: an as-of join of a stream
/// with slowly changing tables, such as prices, rates or settings.
///
/// An event at `t` is matched with the latest event of each other side that is at or before `t` and
/// less than `keep` older. Of several events of one side at the same time, the one that arrived
/// last counts. If a side has no match, `join` sends the event to the unmatched output and
/// `left_join` emits it with `None`; `right_join` and `full_join` are not available.
///
/// An event is emitted when the watermark has passed it, so the result does not depend on how the
/// streams are interleaved. Its time is `t`.
///
/// Memory: events of the first side are buffered until the watermark has passed them. Of each other
/// side, the versions since the watermark and the last one before it are kept for each key; a key
/// without events for `keep` is dropped, with [`Duration::MAX`] never.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let paid = Collected::new();
/// let orders = [(10, "book", 2), (30, "book", 1)]; // the second, the article, how many
/// let prices = [(5, "book", 12), (20, "book", 15)];
/// let topology = topology!(
///     job("priced"),
///     orders = source(from_iter(orders))
///         >> event_time(|order| EventTime::from_secs(order.0), lateness(0.secs())),
///     prices = source(from_iter(prices))
///         >> event_time(|price| EventTime::from_secs(price.0), lateness(0.secs())),
///     priced = (orders >> by(|order| order.1), prices >> by(|price| price.1))
///         >> join(latest(1.hours())),
///     priced >> map(|(order, price)| order.2 * price.2) >> sink(paid.sink()),
///     priced.unmatched >> ignore,
///     priced.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(paid.take(), [24, 15]);
/// # Ok(())
/// # }
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

/// The kinds of join that [`latest`] supports.
pub trait LooksUp {
    /// Whether an event of the first side may be unmatched.
    const LOSES: bool;
}

impl LooksUp for Inner {
    const LOSES: bool = true;
}

impl LooksUp for Left {
    const LOSES: bool = false;
}

impl<K: Key, S: SideTables, J: JoinKind<S> + LooksUp> JoinSpec<K, S, J> for Latest {
    type Factory = LatestFactory<S, J>;
    type Counted = LatestFactory<S, J, CountedRows>;
    type Overflow = Infallible;
    const LOSES: bool = J::LOSES;

    fn factory(self) -> Self::Factory {
        (self, PhantomData)
    }

    fn counted(self) -> Self::Counted {
        (self, PhantomData)
    }

    fn refused(&self) -> Option<Sentence> {
        (self.keep == 0).then(|| shape::invalid_zero("`latest(0s)`"))
    }
}

/// Creates as-of joins; `N` counts their rows.
type LatestFactory<S, J, N = UncountedRows> = (Latest, PhantomData<fn() -> (S, J, N)>);

impl<K, S, J, N> StoreFactory<K, S::OneOf> for LatestFactory<S, J, N>
where
    K: Key,
    S: SideTables,
    J: JoinKind<S>,
    N: RowCount,
{
    type Store = LatestStore<K, S, J, N>;

    fn store(&self) -> Self::Store {
        LatestStore {
            keep: self.0.keep,
            waiting: Reorder::new(),
            keys: Keys::default(),
            ends: BinaryHeap::new(),
            watermark: EventTime::MIN,
            processed: 0,
            versions: N::default(),
            kind: PhantomData,
        }
    }
}

/// The events that wait for the watermark, and for each key the latest events of the other sides.
pub struct LatestStore<K, S: SideTables, J, N = UncountedRows> {
    keep: i64,
    waiting: WaitingForTime<K, S::First>,
    keys: Keys<K, S::SideTables>,
    /// When the versions of a key may have expired.
    ends: BinaryHeap<Reverse<(EventTime, usize)>>,
    watermark: EventTime,
    /// The number of versions added, and of events that no longer wait.
    processed: u64,
    /// The number of versions, if it is counted.
    versions: N,
    kind: PhantomData<fn() -> J>,
}

impl<K, S: SideTables, J, N> fmt::Debug for LatestStore<K, S, J, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LatestStore").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl<K: Key, S: SideTables, J: JoinKind<S>, N: RowCount> LatestStore<K, S, J, N> {
    /// Returns the time of the oldest version that still counts at `time`.
    fn oldest(&self, time: EventTime) -> i64 {
        time.as_micros().saturating_sub(self.keep).saturating_add(1)
    }

    /// Adds an event of another side to the versions of its key.
    fn add_version(&mut self, key: K, event: S::OneOf, meta: Meta) {
        let (oldest, now) = (self.oldest(self.watermark), self.watermark.as_micros());
        let at = self.keys.find(meta.hash, key);
        let Some(row) = self.keys.get_mut(at) else { return };
        if Mutant::LostInJoin.strikes() {
            return;
        }
        self.processed += 1;
        S::put_version(&mut row.value.held, event, meta.time.as_micros());
        self.versions.add(1);
        self.versions.remove(S::drop_past(&mut row.value.held, oldest, now).dropped);
        if row.value.due.is_none() {
            let end = EventTime::from_micros(meta.time.as_micros().saturating_add(self.keep));
            row.value.due = Some(end);
            self.ends.push(Reverse((end, at)));
        }
    }

    /// Drops the keys whose versions have all expired.
    fn drop_expired(&mut self) {
        let (oldest, now) = (self.oldest(self.watermark), self.watermark.as_micros());
        while let Some(Reverse((end, at))) = self.ends.peek().copied() {
            if end >= self.watermark {
                break;
            }
            self.ends.pop();
            let Some(row) = self.keys.get_mut(at) else { continue };
            let left = S::drop_past(&mut row.value.held, oldest, now);
            self.versions.remove(left.dropped);
            match left.last {
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

impl<K, S, J, N> Store<K, S::OneOf> for LatestStore<K, S, J, N>
where
    K: Key,
    S: SideTables,
    J: JoinKind<S>,
    N: RowCount,
{
    type Out = J::Row;
    type Unmatched = S::OneOf;
    const HOLDS: bool = false;

    /// Everything is done in order of time, and the time of a late event is over.
    fn judge(&self, _: EventTime, _: EventTime) -> Verdict {
        Verdict::Late
    }

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
                self.waiting.push(meta.time, (), (key, meta.hash, event));
            }
            // Nothing ever looks for it.
            Err(_) if key.is_missing() => self.processed += 1,
            Err(other) => self.add_version(key, other, meta),
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
            self.processed += 1;
            let at = self.keys.position(hash, &key);
            let range = (self.oldest(time), time.as_micros());
            let tables = at.and_then(|at| self.keys.get(at)).map(|row| &row.value.held);
            let events = S::look_up(tables, event, range);
            if <S as SideTables>::present(&events) & J::REQUIRED == J::REQUIRED {
                if let Some(row) = J::row(events) {
                    results.result(row, Meta::new(time, hash))?;
                }
            } else if let Some(event) = S::first_of(events) {
                results.unmatched(S::first(event), time)?;
            }
        }
        self.drop_expired();
        Ok(())
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }

    fn tally(&self) -> Option<Tally> {
        Some(Tally { processed: self.processed, buffered: self.waiting.len() })
    }

    fn keys(&self) -> Option<usize> {
        Some(self.keys.len())
    }
}
