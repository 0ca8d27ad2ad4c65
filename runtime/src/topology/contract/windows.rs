//! What may stand in `window(…)` and in `aggregate(…)`, and what may follow windows.

use super::{Impossible, Nothing, Possible};
use crate::event::WithKey;
use crate::key::Key;
use crate::topology::declared::{Declared, KeyAt, Timed, Untimed};
use crate::topology::keyed::KeyedStream;
use crate::topology::stream::Stream;
use crate::topology::windowed::{Aggregated, WindowedStream};
use crate::window::{
    Aggregate, AggregateWindows, Counted, Global, Session, Sliding, Tumbling, Windows,
};
use std::fmt;
use std::marker::PhantomData;

/// A stream with a key and the kind of window that gathers its events.
pub struct Gathered<S, W> {
    stream: S,
    windows: W,
}

impl<S, W> fmt::Debug for Gathered<S, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gathered").finish_non_exhaustive()
    }
}

/// A kind of window.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no kind of window [M0315]",
    label = "expected a kind of window",
    note = "help: write `tumbling(1.mins())`, `sliding(…, …)`, `session(…)`, `counted(…)`, \
            `global()` or `trailing(…)`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0315.md"
)]
pub trait Gathers<M>: Sized {
    /// The stream and its windows.
    type Gathered<S>;

    /// The stream and its windows.
    fn kind<S>(stream: S, windows: Self) -> Self::Gathered<S>;
}

macro_rules! gathers {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<W: $bound> Gathers<$marker> for W {
            type Gathered<S> = Gathered<S, W>;

            fn kind<S>(stream: S, windows: W) -> Gathered<S, W> {
                Gathered { stream, windows }
            }
        }
    };
}
gathers!(Windows, Possible);
gathers!(Nothing, Impossible);

/// Whether the events of a stream have event time, where a kind of window `W` needs it:
/// [`counted`](crate::window::counted) and [`global`](crate::window::global) do not.
#[diagnostic::on_unimplemented(
    message = "these windows need event time, but this stream has none [M0305]",
    label = "needs event time before it",
    note = "help: write `>> event_time(|event| …, lateness(…))` after the source; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0305.md"
)]
pub trait TimeFor<W>: Sized {
    /// Gathers the events of each key: `stream.window(windows)`.
    fn window<K, D, F>(
        gathered: Gathered<KeyedStream<K, D, F>, W>,
    ) -> WindowedStream<KeyAt<D, K, F>, W>
    where
        K: Key,
        D: Declared<Time = Self>,
        F: Fn(&D::Out) -> K + Clone + Send + 'static,
        W: Windows,
    {
        WindowedStream::of(gathered.stream.with_key(), gathered.windows)
    }
}

#[diagnostic::do_not_recommend]
impl<W> TimeFor<W> for Timed {}
#[diagnostic::do_not_recommend]
impl TimeFor<Counted> for Untimed {}
#[diagnostic::do_not_recommend]
impl<P> TimeFor<Global<P>> for Untimed {}

/// A kind of window whose events an operator may have whole.
#[diagnostic::on_unimplemented(
    message = "`{Self}` windows cannot be had whole: each event has one of its own [M0319]",
    label = "expected `aggregate(…)` behind these windows",
    note = "help: write `>> aggregate(|event| …, …)`; its `collect()` has all values; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0319.md"
)]
pub trait Whole<M>: Sized {
    /// The stream itself.
    type Kept<C: Declared>;

    /// The stream itself.
    fn windows<C: Declared>(stream: WindowedStream<C, Self>) -> Self::Kept<C>;
}

/// The events of one window belong to no other, or share it.
pub trait Shared {}

impl<P> Shared for Tumbling<P> {}
impl<P> Shared for Sliding<P> {}
impl<P> Shared for Session<P> {}
impl<P> Shared for Global<P> {}
impl Shared for Counted {}

macro_rules! whole {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<W: $bound> Whole<$marker> for W {
            type Kept<C: Declared> = WindowedStream<C, W>;

            fn windows<C: Declared>(stream: WindowedStream<C, W>) -> WindowedStream<C, W> {
                stream
            }
        }
    };
}
whole!(Shared, Possible);
whole!(Nothing, Impossible);

/// Windows, what of an event is aggregated, and the aggregate.
pub struct Aggregating<C: Declared, W, F, A, V> {
    windows: WindowedStream<C, W>,
    select: F,
    aggregate: A,
    values: PhantomData<fn() -> V>,
}

impl<C: Declared, W, F, A, V> fmt::Debug for Aggregating<C, W, F, A, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aggregating").finish_non_exhaustive()
    }
}

impl<C, W, F, A, V> Aggregating<C, W, F, A, V>
where
    C: Declared,
    A: Aggregate<V>,
    V: 'static,
{
    /// One value of each window: `windows.aggregate(select, aggregate)`.
    #[track_caller]
    #[must_use]
    pub fn stream<K, T>(self) -> Stream<W::Out, Aggregated<C, W::Aggregated>>
    where
        C: Declared<Out = WithKey<K, T>>,
        K: Key,
        T: Send + 'static,
        F: Fn(&T) -> V + Clone + Send + 'static,
        W: AggregateWindows<K, T, V, F, A>,
    {
        self.windows.aggregate(self.select, self.aggregate)
    }
}

/// An aggregate of values of type `V`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not aggregate `{V}` values [M0316]",
    label = "the closure before it selects a `{V}`, which it does not take",
    note = "help: `count()` and `collect()` take anything, `sum()` what can be added, `mean()` \
            numbers, `min()`, `max()` and `top(n)` what has an order (of `f64`: `min_f64()`, \
            `max_f64()`), `distinct()` keys; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0316.md"
)]
pub trait Aggregates<V, M>: Sized {
    /// The windows and the aggregate.
    type Aggregating<C: Declared, W, F>;

    /// The windows and the aggregate.
    fn aggregate<K, T, C, W, F>(
        windows: WindowedStream<C, W>,
        select: F,
        aggregate: Self,
    ) -> Self::Aggregating<C, W, F>
    where
        C: Declared<Out = WithKey<K, T>>,
        F: Fn(&T) -> V + Clone + Send + 'static;
}

macro_rules! aggregates {
    ($of:ty: $bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<V, A> Aggregates<V, $marker> for A
        where
            $of: $bound,
        {
            type Aggregating<C: Declared, W, F> = Aggregating<C, W, F, A, V>;

            fn aggregate<K, T, C, W, F>(
                windows: WindowedStream<C, W>,
                select: F,
                aggregate: A,
            ) -> Aggregating<C, W, F, A, V>
            where
                C: Declared<Out = WithKey<K, T>>,
                F: Fn(&T) -> V + Clone + Send + 'static,
            {
                Aggregating { windows, select, aggregate, values: PhantomData }
            }
        }
    };
}
aggregates!(A: Aggregate<V>, Possible);
// That the value is nothing cannot be told before it is known: until then there are two to choose.
aggregates!(V: Nothing, Impossible);
