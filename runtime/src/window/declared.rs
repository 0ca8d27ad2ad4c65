//! Kinds of windows combined with what follows them: an operator on full windows, or an aggregate.

use super::accumulator::{Accumulator, EventAccumulator, ValueAccumulator};
use super::aggregate::Aggregate;
use super::kind::{
    ByClock, ClockKind, Counted, Global, Session, Sliding, Spans, Timetable, Trailing, Tumbling,
};
use super::store::{
    Always, ClockStore, CountStore, KeptStore, PaneStore, SessionStore, SliceStore, Store,
    WindowBuffer,
};
use super::trigger::{AtEnd, Triggered, Triggers};
use super::{Aligned, Window, WindowResult};
use crate::event::WithKey;
use crate::key::Key;
use crate::operator::OperatorPlace;
use crate::state::Volatile;
use crate::time::micros;
use millstream_graph::sentence::{Sentence, shape};
use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

/// A kind of window: the argument of [`window`](crate::builder::KeyedStream::window).
///
/// Name it to write code for any kind. Implemented by the results of [`tumbling`](super::tumbling),
/// [`sliding`](super::sliding), [`session`](super::session), [`counted`](super::counted),
/// [`global`](super::global) and [`trailing`](super::trailing); not to be implemented by users.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use millstream::window::Windows;
///
/// fn describe(windows: &impl Windows) -> String {
///     format!("orders in {windows} windows")
/// }
///
/// assert_eq!(describe(&sliding(1.hours(), 5.mins())), "orders in sliding 1h by 5m windows");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no kind of window [M0315]",
    label = "expected a kind of window",
    note = "help: write `tumbling(…)`, `sliding(…, …)`, `session(…)`, `counted(…)`, `global()` or \
            `trailing(…)`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0315.md"
)]
pub trait Windows: Clone + fmt::Display + fmt::Debug + Send + 'static {
    /// Whether they go by the job's clock, and not by their events.
    const BY_CLOCK: bool = false;
    /// Whether no event can be in such a window, because its size, slide, gap or number of events
    /// is 0. A job with such windows is refused at start.
    fn are_empty(&self) -> bool {
        false
    }

    /// What is wrong with these windows, if anything; the job is refused at start.
    #[doc(hidden)]
    fn refused(&self) -> Option<Sentence> {
        self.are_empty().then(|| shape::empty_windows(&self.to_string()))
    }

    /// How long no window is open between two of them, if that is known to be.
    #[doc(hidden)]
    fn between(&self) -> Option<Duration> {
        None
    }
}

macro_rules! windows {
    ($($kind:ident, $empty:expr, $between:expr;)+) => {$(
        impl<P: Triggers> Windows for $kind<P> {
            fn are_empty(&self) -> bool {
                let empty: fn(&Self) -> bool = $empty;
                empty(self)
            }

            fn refused(&self) -> Option<Sentence> {
                if self.are_empty() {
                    return Some(shape::empty_windows(&self.to_string()));
                }
                self.triggers.has_zero().then(|| shape::invalid_zero(&format!("`{self}`")))
            }

            fn between(&self) -> Option<Duration> {
                let between: fn(&Self) -> Option<Duration> = $between;
                between(self)
            }
        }
    )+};
}
windows! {
    Tumbling, |kind| kind.aligned.is_empty(), |_| None;
    Sliding, |kind| kind.aligned.is_empty(), |kind| kind.aligned.between();
    Session, |kind| kind.gap == 0, |_| None;
    Global, |_| false, |_| None;
}

impl Windows for Counted {
    fn are_empty(&self) -> bool {
        self.events == 0
    }
}

impl<H: Spans> Windows for Trailing<H> {
    fn are_empty(&self) -> bool {
        self.spans.spans().into_iter().map(micros).min().unwrap_or(0) == 0
    }
}

impl<W: Windows + ClockKind> Windows for ByClock<W> {
    const BY_CLOCK: bool = true;
    fn are_empty(&self) -> bool {
        self.windows.are_empty()
    }

    fn refused(&self) -> Option<Sentence> {
        let (refused, late) = (self.windows.refused(), self.windows.allowed_lateness() > 0);
        refused.or_else(|| late.then(|| shape::lateness_by_clock(&self.to_string())))
    }

    fn between(&self) -> Option<Duration> {
        self.windows.between()
    }
}

/// A store in a job without checkpoints.
#[doc(hidden)]
pub trait VolatileStore<K, T>: KeptStore<K, T, Volatile> {}

impl<K, T, S: KeptStore<K, T, Volatile>> VolatileStore<K, T> for S {}

/// Creates the store of each instance of a node with windows or a join.
pub trait StoreFactory<K, T>: Clone + Send + 'static {
    /// The store.
    type Store: Store<K, T>;

    /// Creates an empty store.
    fn store(&self) -> Self::Store;

    /// The same for an instance that is named if an aggregate panics.
    fn store_at(&self, _: &OperatorPlace) -> Self::Store {
        self.store()
    }
}

/// A [`StoreFactory`] whose stores emit full windows.
#[doc(hidden)]
pub trait FullWindowFactory<K, T>:
    StoreFactory<
        K,
        T,
        Store: VolatileStore<K, T>
                   + Store<K, T, Out = WithKey<K, Window<K, T>>, Unmatched = Infallible>,
    >
{
}

impl<K, T, S> FullWindowFactory<K, T> for S where
    S: StoreFactory<
            K,
            T,
            Store: VolatileStore<K, T>
                       + Store<K, T, Out = WithKey<K, Window<K, T>>, Unmatched = Infallible>,
        >
{
}

/// A kind of window that can hand all its events to an operator: every kind but trailing windows.
///
/// Required by [`then`](crate::builder::WindowedStream::then). Not meant to be implemented by
/// users.
#[diagnostic::on_unimplemented(
    message = "`{Self}` windows cannot be had whole [M0319]",
    label = "expected `aggregate(…)` behind these windows",
    note = "help: write `.aggregate(|event| …, …)`; its `collect()` has all values; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0319.md"
)]
pub trait FullWindows<K, T>: Windows {
    /// Creates the stores.
    type Full: FullWindowFactory<K, T>;

    /// Returns the factory of the stores.
    fn full(self) -> Self::Full;
}

/// A kind of window whose events can be aggregated: every kind.
///
/// Required by [`aggregate`](crate::builder::WindowedStream::aggregate): `F` selects a value `V` of
/// an event `T`, and `A` is the [`Aggregate`]. Not meant to be implemented by users.
pub trait AggregateWindows<K, T, V, F, A>: Windows {
    /// What is emitted: a [`WindowResult`] or a [`TrailingResult`](super::TrailingResult).
    type Out: Send + 'static;
    /// Creates the stores.
    type Factory: StoreFactory<
            K,
            T,
            Store: VolatileStore<K, T> + Store<K, T, Out = Self::Out, Unmatched = Infallible>,
        >;

    /// Returns the factory of the stores.
    fn aggregated(self, select: F, aggregate: A) -> Self::Factory;
}

/// A kind of window with an accumulator: what its windows keep and emit.
#[derive(Debug, Clone)]
pub struct WindowsOf<W, C> {
    kind: W,
    accumulator: C,
}

/// Full windows that only fire on time. They lend their events to the operator, and overlapping
/// ones share them.
#[derive(Debug, Clone, Copy)]
pub struct SharedWindows(Sliding);

macro_rules! full {
    ($($kind:ty => $full:ty, $value:expr;)+) => {$(
        impl<K: Key, T: Clone + Send + Sync + 'static> FullWindows<K, T> for $kind {
            type Full = $full;

            fn full(self) -> Self::Full {
                $value(self)
            }
        }
    )+};
}
full! {
    Tumbling<AtEnd> => SharedWindows, |kind: Self| SharedWindows(kind.into());
    Sliding<AtEnd> => SharedWindows, SharedWindows;
    Tumbling<Triggered> => WindowsOf<Self, EventAccumulator>, keep_events;
    Sliding<Triggered> => WindowsOf<Self, EventAccumulator>, keep_events;
    Session<AtEnd> => WindowsOf<Self, EventAccumulator>, keep_events;
    Session<Triggered> => WindowsOf<Self, EventAccumulator>, keep_events;
    Global<AtEnd> => WindowsOf<Self, EventAccumulator>, keep_events;
    Global<Triggered> => WindowsOf<Self, EventAccumulator>, keep_events;
    Counted => WindowsOf<Self, EventAccumulator>, keep_events;
}

impl<W, C> WindowsOf<W, C> {
    /// Combines a kind of window with an accumulator.
    pub(crate) fn new(kind: W, accumulator: C) -> Self {
        Self { kind, accumulator }
    }
}

fn keep_events<W>(kind: W) -> WindowsOf<W, EventAccumulator> {
    WindowsOf { kind, accumulator: EventAccumulator }
}

impl<K: Key, T: Clone + Send + Sync + 'static> StoreFactory<K, T> for SharedWindows {
    type Store = WindowBuffer<K, T>;

    fn store(&self) -> Self::Store {
        WindowBuffer::new(self.0)
    }
}

macro_rules! stored {
    ($($kind:ident => $store:ty, $new:path;)+) => {$(
        impl<K, T, P, C> StoreFactory<K, T> for WindowsOf<$kind<P>, C>
        where
            K: Key,
            T: Send + 'static,
            P: super::Triggers,
            C: Accumulator<K, T>,
        {
            type Store = $store;

            fn store(&self) -> Self::Store {
                $new(&self.kind, self.accumulator.clone())
            }

            fn store_at(&self, place: &OperatorPlace) -> Self::Store {
                $new(&self.kind, self.accumulator.clone().at(place))
            }
        }
    )+};
}
stored! {
    Tumbling => PaneStore<K, T, Aligned, P, C>, PaneStore::tumbling;
    Global => PaneStore<K, T, Always, P, C>, PaneStore::global;
    Sliding => SliceStore<K, T, P, C>, SliceStore::new;
    Session => SessionStore<K, T, P, C>, SessionStore::new;
}

impl<K: Key, T: Send + 'static, C: Accumulator<K, T>> StoreFactory<K, T> for WindowsOf<Counted, C> {
    type Store = CountStore<K, T, C>;

    fn store(&self) -> Self::Store {
        CountStore::new(self.kind, self.accumulator.clone())
    }

    fn store_at(&self, place: &OperatorPlace) -> Self::Store {
        CountStore::new(self.kind, self.accumulator.clone().at(place))
    }
}

macro_rules! aggregated {
    ($($kind:ident $(<$triggers:ident>)?),+) => {$(
        impl<K, T, V, F, A $(, $triggers: super::Triggers)?> AggregateWindows<K, T, V, F, A>
            for $kind $(<$triggers>)?
        where
            K: Key,
            T: Send + 'static,
            V: 'static,
            F: Fn(&T) -> V + Clone + Send + 'static,
            A: Aggregate<V>,
        {
            type Out = WindowResult<K, A::Out>;
            type Factory = WindowsOf<Self, ValueAccumulator<F, A, V>>;

            fn aggregated(self, select: F, aggregate: A) -> Self::Factory {
                let accumulator = ValueAccumulator::new(select, aggregate);
                WindowsOf { kind: self, accumulator }
            }
        }
    )+};
}
aggregated!(Tumbling<P>, Sliding<P>, Session<P>, Global<P>, Counted);

/// Windows by the job's clock, combined with what follows them.
#[derive(Debug, Clone)]
pub struct ClockSpec<S> {
    windows: S,
    timetable: Timetable,
}

impl<K, T, S: StoreFactory<K, T>> StoreFactory<K, T> for ClockSpec<S> {
    type Store = ClockStore<S::Store>;

    fn store(&self) -> Self::Store {
        ClockStore::new(self.windows.store(), self.timetable)
    }

    fn store_at(&self, place: &OperatorPlace) -> Self::Store {
        ClockStore::new(self.windows.store_at(place), self.timetable)
    }
}

impl<K, T, W: FullWindows<K, T> + ClockKind> FullWindows<K, T> for ByClock<W> {
    type Full = ClockSpec<W::Full>;

    fn full(self) -> Self::Full {
        let timetable = self.windows.timetable();
        ClockSpec { windows: self.windows.full(), timetable }
    }
}

impl<K, T, V, F, A, W> AggregateWindows<K, T, V, F, A> for ByClock<W>
where
    W: AggregateWindows<K, T, V, F, A> + ClockKind,
{
    type Out = W::Out;
    type Factory = ClockSpec<W::Factory>;

    fn aggregated(self, select: F, aggregate: A) -> Self::Factory {
        let timetable = self.windows.timetable();
        ClockSpec { windows: self.windows.aggregated(select, aggregate), timetable }
    }
}
