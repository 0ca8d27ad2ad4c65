//! Window joins: events match if they are in the same window.
//!
//! In overlapping windows an event is unmatched once for each window in which it has no match, even
//! if it has one in another.

mod counted;
mod saved;

use self::counted::WindowRowCount;
use super::rows::{CountedRows, RowCount, UncountedRows};
use super::{JoinKind, JoinSpec, SideLists, Sides};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::{Key, KeyHash};
use crate::metrics::PendingWindow;
use crate::time::EventTime;
use crate::window::{
    Aligned, Results, Session, Sliding, Store, StoreFactory, Tally, Tumbling, Verdict, Windows,
    WindowsOf,
};
use millstream_graph::sentence::Sentence;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

/// Declares a join of the sides `S` in windows of the kind `W`.
pub struct WindowJoinOf<W, S, J, N = UncountedRows> {
    windows: WindowsOf<W, SideLists<S>>,
    /// The windows, if they are at fixed intervals.
    aligned: Option<Aligned>,
    kind: PhantomData<fn() -> (J, N)>,
}

impl<W: Clone, S, J, N> Clone for WindowJoinOf<W, S, J, N> {
    fn clone(&self) -> Self {
        Self { windows: self.windows.clone(), aligned: self.aligned, kind: PhantomData }
    }
}

impl<W, S, J, N> fmt::Debug for WindowJoinOf<W, S, J, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowJoinOf").finish_non_exhaustive()
    }
}

impl<K, S, J, W, L, N> StoreFactory<K, S::OneOf> for WindowJoinOf<W, S, J, N>
where
    K: Key,
    S: Sides<Lists = L>,
    J: JoinKind<S>,
    W: Clone + Send + 'static,
    L: Send + 'static,
    N: RowCount,
    WindowsOf<W, SideLists<S>>: StoreFactory<
            Sharing<K>,
            S::OneOf,
            Store: Store<Sharing<K>, S::OneOf, Out = L, Unmatched = Infallible>,
        >,
{
    type Store = WindowJoin<
        <WindowsOf<W, SideLists<S>> as StoreFactory<Sharing<K>, S::OneOf>>::Store,
        S,
        J,
        N,
    >;

    fn store(&self) -> Self::Store {
        let (windows, rows) = (self.windows.store(), WindowRowCount::new(self.aligned));
        WindowJoin { windows, missing: 0, rows, kind: PhantomData }
    }
}

/// The windows of all sides; when one fires, it emits the combinations of its events.
pub struct WindowJoin<W, S, J, N = UncountedRows> {
    windows: W,
    /// The number of events whose key is missing.
    missing: u64,
    rows: WindowRowCount<N>,
    kind: PhantomData<fn() -> (S, J)>,
}

/// A key as window joins store it: each missing one is different from all others, so that its event
/// has windows of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharing<K> {
    key: K,
    /// 0 unless the key is missing.
    number: u64,
}

#[diagnostic::do_not_recommend]
impl<K: Key> Key for Sharing<K> {
    #[inline]
    fn key_hash(&self) -> KeyHash {
        match self.number {
            0 => self.key.key_hash(),
            number => self.key.key_hash().beside(number.key_hash()),
        }
    }
}

impl<W, S, J, N> fmt::Debug for WindowJoin<W, S, J, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowJoin").finish_non_exhaustive()
    }
}

impl<K, S, J, W, N> Store<K, S::OneOf> for WindowJoin<W, S, J, N>
where
    K: Key,
    S: Sides,
    J: JoinKind<S>,
    W: Store<Sharing<K>, S::OneOf, Out = S::Lists, Unmatched = Infallible>,
    N: RowCount,
{
    type Out = J::Row;
    type Unmatched = S::OneOf;
    const HOLDS: bool = W::HOLDS;

    fn judge(&self, time: EventTime, passed: EventTime) -> Verdict {
        self.windows.judge(time, passed)
    }

    #[inline]
    fn insert<R: Results<J::Row, S::OneOf>>(
        &mut self,
        event: WithKey<K, S::OneOf>,
        meta: Meta,
        results: &mut R,
    ) -> Result<Option<S::OneOf>> {
        let WithKey { key, value } = event;
        let (mut number, mut hash) = (0, meta.hash);
        if key.is_missing() {
            self.missing += 1;
            number = self.missing;
            hash = hash.beside(number.key_hash());
        }
        let (event, meta) =
            (WithKey { key: Sharing { key, number }, value }, Meta { hash, ..meta });
        let mut rows = WindowRows::<R, S, J, N> { results, fired: 0, kind: PhantomData };
        let refused = self.windows.insert(event, meta, &mut rows)?;
        if const { N::COUNTS } {
            self.rows.fired(rows.fired);
            if refused.is_none() {
                self.rows.inserted(meta.time, 1);
            }
        }
        Ok(refused)
    }

    fn advance<R: Results<J::Row, S::OneOf>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        let mut rows = WindowRows::<R, S, J, N> { results, fired: 0, kind: PhantomData };
        self.windows.advance(watermark, &mut rows)?;
        if const { N::COUNTS } {
            self.rows.fired(rows.fired);
            self.rows.passed(watermark);
        }
        Ok(())
    }

    fn watermark(&self) -> EventTime {
        self.windows.watermark()
    }

    fn tally(&self) -> Option<Tally> {
        self.windows.tally()
    }

    fn keys(&self) -> Option<usize> {
        self.windows.keys()
    }

    fn next_window(&self) -> Option<PendingWindow> {
        self.windows.next_window()
    }
}

/// Turns the events of a window into rows.
struct WindowRows<'a, R, S, J, N> {
    results: &'a mut R,
    /// The number of events in windows that have fired, if it is counted.
    fired: u64,
    kind: PhantomData<(S, J, N)>,
}

impl<R, S, J, N> Results<S::Lists, Infallible> for WindowRows<'_, R, S, J, N>
where
    S: Sides,
    J: JoinKind<S>,
    N: RowCount,
    R: Results<J::Row, S::OneOf>,
{
    fn result(&mut self, lists: S::Lists, meta: Meta) -> Result<()> {
        if const { N::COUNTS } {
            self.fired += S::lengths(&lists).iter().sum::<u64>();
        }
        if S::present(&lists) & J::REQUIRED != J::REQUIRED {
            return S::each(lists, |event| self.results.unmatched(event, meta.time));
        }
        S::combine(lists, |events| match J::row(events) {
            Some(row) => self.results.result(row, meta),
            None => Ok(()),
        })
    }

    fn unmatched(&mut self, event: Infallible, _: EventTime) -> Result<()> {
        match event {}
    }
}

macro_rules! windows {
    ($($kind:ident, $aligned:expr;)+) => {$(
        impl<K: Key, S: Sides, J: JoinKind<S>> JoinSpec<K, S, J> for $kind {
            type Factory = WindowJoinOf<Self, S, J>;
            type Counted = WindowJoinOf<Self, S, J, CountedRows>;
            type Overflow = Infallible;
            const LOSES: bool = J::REQUIRED != 0;

            fn factory(self) -> Self::Factory {
                let windows = WindowsOf::new(self, SideLists::new());
                WindowJoinOf { windows, aligned: None, kind: PhantomData }
            }

            fn counted(self) -> Self::Counted {
                let aligned: fn(&Self) -> Option<Aligned> = $aligned;
                let aligned = aligned(&self);
                let windows = WindowsOf::new(self, SideLists::new());
                WindowJoinOf { windows, aligned, kind: PhantomData }
            }

            fn refused(&self) -> Option<Sentence> {
                Windows::refused(self)
            }

            fn between(&self) -> Option<Duration> {
                Windows::between(self)
            }
        }
    )+};
}
windows! {
    Tumbling, |windows| Some(windows.aligned());
    Sliding, |windows| Some(windows.aligned());
    Session, |_| None;
}
