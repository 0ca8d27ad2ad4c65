//! Checks of the closures of `map` and `flat_map`.

use super::{Fitting, Impossible, Nothing, Possible, Upstream};
use crate::builder::keyed::KeyedStream;
use crate::builder::outputs::SideOutputs;
use crate::builder::stream::Stream;
use crate::builder::then::Downstream;
use crate::builder::time::TimeState;
use crate::key::Key;
use crate::lowering::{ChainSpec, Fusing};
use std::fmt;
use std::marker::PhantomData;

/// A closure for `map` that returns a `U`.
pub struct MapBy<F, U>(F, PhantomData<fn() -> U>);

impl<F, U> fmt::Debug for MapBy<F, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MapBy")
    }
}

/// A closure for `flat_map` that returns an `I`.
pub struct FlatMapBy<F, I>(F, PhantomData<fn() -> I>);

impl<F, I> fmt::Debug for FlatMapBy<F, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FlatMapBy")
    }
}

/// A type that a closure of `map` may return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an event: it does not move between threads [M0311]",
    label = "its closure returns a `{Self}`",
    note = "help: hold an `Arc` for an `Rc`, a `Mutex` for a `RefCell`, a `String` for a `&str`; \
            see https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0311.md"
)]
#[doc(hidden)]
pub trait MapsTo<M>: Sized {
    /// The stream with the closure.
    type Mapped<S: Upstream, F>;

    /// Pairs the stream with the closure: `stream.map(function)`.
    fn map<S, F>(stream: S, function: F) -> Self::Mapped<S, F>
    where
        S: Upstream,
        F: Fn(S::Event) -> Self + Clone + Send + 'static;
}

macro_rules! maps {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<U: $bound> MapsTo<$marker> for U
        where
            U: 'static,
        {
            type Mapped<S: Upstream, F> = S::Fitting<MapBy<F, U>>;

            fn map<S, F>(stream: S, function: F) -> S::Fitting<MapBy<F, U>>
            where
                S: Upstream,
                F: Fn(S::Event) -> U + Clone + Send + 'static,
            {
                stream.fitting(MapBy(function, PhantomData))
            }
        }
    };
}
maps!(Send, Possible);
maps!(Nothing, Impossible);

/// A type that a closure of `flat_map` may return: its items become events.
#[diagnostic::on_unimplemented(
    message = "`flat_map` gives on the items of what its closure returns, but `{Self}` has none \
               [M0312]",
    label = "its closure returns a `{Self}`",
    note = "help: return a `Vec`, an `Option` or an iterator of events that are `Send`, or write \
            `map(|event| …)` for one event; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0312.md"
)]
#[doc(hidden)]
pub trait FlatMapsTo<M>: Sized {
    /// The stream with the closure.
    type Mapped<S: Upstream, F>;

    /// Pairs the stream with the closure: `stream.flat_map(function)`.
    fn flat_map<S, F>(stream: S, function: F) -> Self::Mapped<S, F>
    where
        S: Upstream,
        F: Fn(S::Event) -> Self + Clone + Send + 'static;
}

macro_rules! flat_maps {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<I: $bound> FlatMapsTo<$marker> for I
        where
            I: 'static,
        {
            type Mapped<S: Upstream, F> = S::Fitting<FlatMapBy<F, I>>;

            fn flat_map<S, F>(stream: S, function: F) -> S::Fitting<FlatMapBy<F, I>>
            where
                S: Upstream,
                F: Fn(S::Event) -> I + Clone + Send + 'static,
            {
                stream.fitting(FlatMapBy(function, PhantomData))
            }
        }
    };
}
flat_maps!(Items, Possible);
flat_maps!(Nothing, Impossible);

/// A collection whose items can be events.
#[doc(hidden)]
pub trait Items: IntoIterator<Item: Send> {}

impl<I: IntoIterator<Item: Send>> Items for I {}

macro_rules! mapped {
    ($stream:ty, [$($types:ident),*], [$($keyed:tt)*]) => {
        impl<$($types,)* T, M, O, C, U, G> Fitting<$stream, MapBy<G, U>>
        where
            $($keyed)*
            T: Send + 'static,
            M: TimeState,
            O: SideOutputs,
            C: Fusing<Out = T>,
            U: Send + 'static,
            G: Fn(T) -> U + Clone + Send + 'static,
        {
            /// The stream of the results.
            #[track_caller]
            #[must_use]
            pub fn stream(
                self,
            ) -> Stream<U, M, Downstream<O>, C::With<impl ChainSpec<Out = U>>> {
                self.stream.map(self.argument.0)
            }
        }

        impl<$($types,)* T, M, O, C, I, G> Fitting<$stream, FlatMapBy<G, I>>
        where
            $($keyed)*
            T: Send + 'static,
            M: TimeState,
            O: SideOutputs,
            C: Fusing<Out = T>,
            I: IntoIterator<Item: Send> + 'static,
            G: Fn(T) -> I + Clone + Send + 'static,
        {
            /// The stream of the results.
            #[track_caller]
            #[must_use]
            pub fn stream(
                self,
            ) -> Stream<I::Item, M, Downstream<O>, C::With<impl ChainSpec<Out = I::Item>>> {
                self.stream.flat_map(self.argument.0)
            }
        }
    };
}
mapped!(Stream<T, M, O, C>, [], []);
mapped!(
    KeyedStream<K, F, T, M, O, C>,
    [K, F],
    [K: Key, F: Fn(&T) -> K + Clone + Send + 'static,]
);
