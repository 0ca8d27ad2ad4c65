//! What follows a kind of window: an operator that takes whole windows, or an aggregate.

use super::aggregate::Aggregate;
use super::contents::{Contents, Selected, Whole};
use super::kind::{Counted, Global, Session, Sliding, Spans, Trailing, Tumbling};
use super::store::{
    Always, CountStore, PaneStore, SessionStore, SliceStore, Store, TrailStore, WindowBuffer,
};
use super::trigger::{AtEnd, Triggered};
use super::{Aligned, TrailingResult, Window, WindowResult};
use crate::event::WithKey;
use crate::key::Key;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

/// A kind of window: [`tumbling`](super::tumbling), [`sliding`](super::sliding),
/// [`session`](super::session), [`counted`](super::counted), [`global`](super::global) or
/// [`trailing`](super::trailing).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no kind of window [M0315]",
    label = "expected a kind of window",
    note = "help: write `tumbling(…)`, `sliding(…, …)`, `session(…)`, `counted(…)`, `global()` or \
            `trailing(…)`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0315.md"
)]
pub trait Windows: Clone + fmt::Display + fmt::Debug + Send + 'static {}

impl<P: Clone + fmt::Display + fmt::Debug + Send + 'static> Windows for Tumbling<P> {}
impl<P: Clone + fmt::Display + fmt::Debug + Send + 'static> Windows for Sliding<P> {}
impl<P: Clone + fmt::Display + fmt::Debug + Send + 'static> Windows for Session<P> {}
impl<P: Clone + fmt::Display + fmt::Debug + Send + 'static> Windows for Global<P> {}
impl Windows for Counted {}
impl<H: Spans> Windows for Trailing<H> {}

/// Something that has a store in every instance.
pub trait Stored<K, T>: Clone + Send + 'static {
    /// The store.
    type Store: Store<K, T>;

    /// A store without an event.
    fn store(&self) -> Self::Store;
}

/// A store of whole windows.
#[doc(hidden)]
pub trait WholeStored<K, T>:
    Stored<K, T, Store: Store<K, T, Out = WithKey<K, Window<K, T>>, Unmatched = Infallible>>
{
}

impl<K, T, S> WholeStored<K, T> for S where
    S: Stored<K, T, Store: Store<K, T, Out = WithKey<K, Window<K, T>>, Unmatched = Infallible>>
{
}

/// A kind of window whose events can be had whole.
#[diagnostic::on_unimplemented(
    message = "`{Self}` windows cannot be had whole [M0319]",
    label = "expected `aggregate(…)` behind these windows",
    note = "help: write `.aggregate(|event| …, …)`; its `collect()` has all values; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0319.md"
)]
pub trait WholeWindows<K, T>: Windows {
    /// The windows with their events.
    type Whole: WholeStored<K, T>;

    /// The windows with their events.
    fn whole(self) -> Self::Whole;
}

/// A kind of window whose events can be aggregated.
pub trait AggregateWindows<K, T, V, F, A>: Windows {
    /// What the aggregate gives on.
    type Out: Send + 'static;
    /// The windows with an aggregate.
    type Aggregated: Stored<K, T, Store: Store<K, T, Out = Self::Out, Unmatched = Infallible>>;

    /// The windows with an aggregate of what is selected.
    fn aggregated(self, select: F, aggregate: A) -> Self::Aggregated;
}

/// Windows of a kind, and what they keep of their events.
#[derive(Debug, Clone)]
pub struct Keeping<W, C> {
    kind: W,
    contents: C,
}

/// Windows that speak at their end only, and lend their events to the operator: those that overlap
/// share them.
#[derive(Debug, Clone, Copy)]
pub struct Lending(Sliding);

macro_rules! whole {
    ($($kind:ty => $whole:ty, $value:expr;)+) => {$(
        impl<K: Key, T: Clone + Send + Sync + 'static> WholeWindows<K, T> for $kind {
            type Whole = $whole;

            fn whole(self) -> Self::Whole {
                $value(self)
            }
        }
    )+};
}
whole! {
    Tumbling<AtEnd> => Lending, |kind: Self| Lending(kind.into());
    Sliding<AtEnd> => Lending, Lending;
    Tumbling<Triggered> => Keeping<Self, Whole>, keeping;
    Sliding<Triggered> => Keeping<Self, Whole>, keeping;
    Session<AtEnd> => Keeping<Self, Whole>, keeping;
    Session<Triggered> => Keeping<Self, Whole>, keeping;
    Global<AtEnd> => Keeping<Self, Whole>, keeping;
    Global<Triggered> => Keeping<Self, Whole>, keeping;
    Counted => Keeping<Self, Whole>, keeping;
}

impl<W, C> Keeping<W, C> {
    /// Windows of a kind that keep this of their events.
    pub(crate) fn new(kind: W, contents: C) -> Self {
        Self { kind, contents }
    }
}

fn keeping<W>(kind: W) -> Keeping<W, Whole> {
    Keeping { kind, contents: Whole }
}

impl<K: Key, T: Clone + Send + Sync + 'static> Stored<K, T> for Lending {
    type Store = WindowBuffer<K, T>;

    fn store(&self) -> Self::Store {
        WindowBuffer::new(self.0)
    }
}

macro_rules! stored {
    ($($kind:ident => $store:ty, $new:path;)+) => {$(
        impl<K, T, P, C> Stored<K, T> for Keeping<$kind<P>, C>
        where
            K: Key,
            T: Send + 'static,
            P: super::Triggers,
            C: Contents<K, T>,
        {
            type Store = $store;

            fn store(&self) -> Self::Store {
                $new(&self.kind, self.contents.clone())
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

impl<K: Key, T: Send + 'static, C: Contents<K, T>> Stored<K, T> for Keeping<Counted, C> {
    type Store = CountStore<K, T, C>;

    fn store(&self) -> Self::Store {
        CountStore::new(self.kind, self.contents.clone())
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
            type Aggregated = Keeping<Self, Selected<F, A, V>>;

            fn aggregated(self, select: F, aggregate: A) -> Self::Aggregated {
                let contents = Selected { select, aggregate, value: PhantomData };
                Keeping { kind: self, contents }
            }
        }
    )+};
}
aggregated!(Tumbling<P>, Sliding<P>, Session<P>, Global<P>, Counted);

/// Trailing windows with an aggregate.
pub struct TrailingOf<H, F, A, V> {
    kind: Trailing<H>,
    select: F,
    aggregate: A,
    value: PhantomData<fn() -> V>,
}

impl<H, F, A, V> fmt::Debug for TrailingOf<H, F, A, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrailingOf").finish_non_exhaustive()
    }
}

impl<H: Copy, F: Clone, A: Clone, V> Clone for TrailingOf<H, F, A, V> {
    fn clone(&self) -> Self {
        let (select, aggregate) = (self.select.clone(), self.aggregate.clone());
        Self { kind: self.kind, select, aggregate, value: PhantomData }
    }
}

impl<K, T, V, F, A, H> Stored<K, T> for TrailingOf<H, F, A, V>
where
    K: Key,
    T: Send + 'static,
    V: 'static,
    F: Fn(&T) -> V + Clone + Send + 'static,
    A: Aggregate<V>,
    H: Spans,
{
    type Store = TrailStore<K, T, F, A, V, H>;

    fn store(&self) -> Self::Store {
        TrailStore::new(&self.kind, self.select.clone(), self.aggregate.clone())
    }
}

impl<K, T, V, F, A, H> AggregateWindows<K, T, V, F, A> for Trailing<H>
where
    K: Key,
    T: Send + 'static,
    V: 'static,
    F: Fn(&T) -> V + Clone + Send + 'static,
    A: Aggregate<V>,
    H: Spans,
{
    type Out = TrailingResult<K, T, H::Results<A::Out>>;
    type Aggregated = TrailingOf<H, F, A, V>;

    fn aggregated(self, select: F, aggregate: A) -> Self::Aggregated {
        TrailingOf { kind: self, select, aggregate, value: PhantomData }
    }
}
