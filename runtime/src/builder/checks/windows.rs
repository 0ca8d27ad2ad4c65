//! Checks of `window(…)` and `aggregate(…)`, and of the operator downstream of windows.

use super::given::{ByValue, ClosureOf};
use super::{Fitting, Impossible, IsKeyed, Nothing, Possible, TimedWindows, Upstream, WindowsOn};
use crate::builder::keyed::KeyedStream;
use crate::builder::outputs::SideOutputs;
use crate::builder::stream::Stream;
use crate::builder::time::TimeState;
use crate::builder::windowed::{OfAggregate, StoreOf, WindowedStream};
use crate::event::WithKey;
use crate::key::Key;
use crate::lowering::{ChainSpec, Fusing};
use crate::state::Kept;
use crate::window::{
    Aggregate, AggregateWindows, ByClock, Counted, Global, KeptStore, Session, Sliding, Tumbling,
    Windows,
};
use std::fmt;
use std::marker::PhantomData;

/// A kind of window.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no kind of window [M0315]",
    label = "expected a kind of window",
    note = "help: write `tumbling(1.mins())`, `sliding(…, …)`, `session(…)`, `counted(…)`, \
            `global()` or `trailing(…)`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0315.md"
)]
#[doc(hidden)]
pub trait WindowKind<M>: Sized {
    /// The stream with its windows.
    type WindowsOn<S>;

    /// Pairs the stream with its windows.
    fn kind<S>(stream: S, windows: Self) -> Self::WindowsOn<S>;
}

macro_rules! gathers {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<W: $bound> WindowKind<$marker> for W {
            type WindowsOn<S> = WindowsOn<S, W>;

            fn kind<S>(stream: S, windows: W) -> WindowsOn<S, W> {
                WindowsOn::new(stream, windows)
            }
        }
    };
}
gathers!(Windows, Possible);
gathers!(Nothing, Impossible);

impl<K, F, T, M, O, C, W> Fitting<KeyedStream<K, F, T, M, O, C>, TimedWindows<W>>
where
    K: Key,
    F: Fn(&T) -> K + Clone + Send + 'static,
    T: Send + 'static,
    M: TimeState,
    O: SideOutputs,
    C: Fusing<Out = T>,
    W: Windows,
{
    /// The windows of the stream.
    #[must_use]
    pub fn stream(
        self,
    ) -> WindowedStream<K, T, W, M, O, C::Between<impl ChainSpec<Out = WithKey<K, T>>>> {
        self.stream.stream.refuse_invalid(&self.argument.0);
        WindowedStream::new(self.stream.with_key(), self.argument.0)
    }
}

impl<T, M, O, C> Stream<T, M, O, C> {
    /// Windows need a key: this method exists to report that.
    #[doc(hidden)]
    #[must_use]
    pub fn window<Q>(self, _: impl Windows) -> Self
    where
        Self: Upstream<Key = Q>,
        Q: IsKeyed<Possible>,
    {
        self
    }
}

/// A kind of window that can be handed to an operator as a full set of events.
#[diagnostic::on_unimplemented(
    message = "`{Self}` windows cannot be had whole: each event has one of its own [M0319]",
    label = "expected `aggregate(…)` behind these windows",
    note = "help: write `>> aggregate(|event| …, …)`; its `collect()` has all values; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0319.md"
)]
#[doc(hidden)]
pub trait HasFullWindows<M>: Sized {
    /// The stream, unchanged.
    type Kept<K, T, N, O, C>;

    /// Returns the stream.
    fn windows<K, T, N, O, C>(
        stream: WindowedStream<K, T, Self, N, O, C>,
    ) -> Self::Kept<K, T, N, O, C>;
}

/// The windows own their events, or share them with other windows.
pub trait FullWindowKind {}

impl<P> FullWindowKind for Tumbling<P> {}
impl<P> FullWindowKind for Sliding<P> {}
impl<P> FullWindowKind for Session<P> {}
impl<P> FullWindowKind for Global<P> {}
impl FullWindowKind for Counted {}
impl<W: FullWindowKind> FullWindowKind for ByClock<W> {}

macro_rules! whole {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<W: $bound> HasFullWindows<$marker> for W {
            type Kept<K, T, M, O, C> = WindowedStream<K, T, W, M, O, C>;

            fn windows<K, T, M, O, C>(
                stream: WindowedStream<K, T, W, M, O, C>,
            ) -> WindowedStream<K, T, W, M, O, C> {
                stream
            }
        }
    };
}
whole!(FullWindowKind, Possible);
whole!(Nothing, Impossible);

/// Windows, and a closure for `aggregate` that selects a `V` of each event.
pub type ValuesOf<S, F, V> = Fitting<S, ClosureOf<ByValue, F, V>>;

/// The arguments of `aggregate`: a closure that selects a value, and the aggregate.
pub struct Aggregation<F, A, V> {
    select: F,
    aggregate: A,
    values: PhantomData<fn() -> V>,
}

impl<F, A, V> fmt::Debug for Aggregation<F, A, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Aggregation")
    }
}

impl<K, T, W, M, O, C, F, A, V> Fitting<WindowedStream<K, T, W, M, O, C>, Aggregation<F, A, V>>
where
    K: Key,
    T: Send + 'static,
    W: AggregateWindows<K, T, V, F, A>,
    M: TimeState,
    O: SideOutputs,
    C: Fusing<Out = WithKey<K, T>>,
    F: Fn(&T) -> V + Clone + Send + 'static,
    A: Aggregate<V>,
    V: 'static,
    K: Kept<M::Memory>,
    T: Kept<M::Memory>,
    StoreOf<W::Factory, K, T>: KeptStore<K, T, M::Memory>,
{
    /// The stream of one value per window: `windows.aggregate(select, aggregate)`.
    #[track_caller]
    #[must_use]
    pub fn stream(
        self,
    ) -> Stream<W::Out, M, OfAggregate<O, T>, C::With<impl ChainSpec<Out = W::Out>>> {
        self.stream.aggregate(self.argument.select, self.argument.aggregate)
    }
}

/// An aggregate over values of type `V`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not aggregate `{V}` values [M0316]",
    label = "the closure before it selects a `{V}`, which it does not take",
    note = "help: `count()` and `collect()` take anything, `sum()` what can be added, `mean()` \
            numbers, `min()`, `max()` and `top(n)` what has an order (of `f64`: `min_f64()`, \
            `max_f64()`), `distinct()` keys; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0316.md"
)]
#[doc(hidden)]
pub trait Aggregates<V, M>: Sized {
    /// The windows with the aggregation.
    type Aggregating<S: Upstream, F>;

    /// Adds the aggregate to the windows and the closure: `windows.aggregate(select, aggregate)`.
    fn aggregate<S: Upstream, F>(
        given: ValuesOf<S, F, V>,
        aggregate: Self,
    ) -> Self::Aggregating<S, F>;
}

macro_rules! aggregates {
    ($of:ty: $bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<V, A> Aggregates<V, $marker> for A
        where
            $of: $bound,
        {
            type Aggregating<S: Upstream, F> = S::Fitting<Aggregation<F, A, V>>;

            fn aggregate<S: Upstream, F>(
                given: ValuesOf<S, F, V>,
                aggregate: A,
            ) -> S::Fitting<Aggregation<F, A, V>> {
                let select = given.argument.closure;
                given.stream.fitting(Aggregation { select, aggregate, values: PhantomData })
            }
        }
    };
}
aggregates!(A: Aggregate<V>, Possible);
// As long as the value is unknown, it may be `Nothing`: there are two candidates until then.
aggregates!(V: Nothing, Impossible);
