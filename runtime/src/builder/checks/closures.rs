//! Checks of what the closures of `map` and `flat_map` return, and the streams of all words that
//! take a closure and nothing else.

use super::given::{ByFilter, ByFlatMap, ByInspect, ByMap, ByTie, ClosureOf};
use super::{Fitting, HasEventTime, HoldsClosure, Impossible, Nothing, Possible};
use crate::builder::event_time::Ordered;
use crate::builder::outputs::SideOutputs;
use crate::builder::stream::Stream;
use crate::builder::then::Downstream;
use crate::builder::time::{TimeState, Timed};
use crate::lowering::{ChainSpec, Fusing};
use crate::state::Kept;

/// A stream, and a closure for `map` that returns a `U`.
pub type MapOf<S, F, U> = Fitting<S, ClosureOf<ByMap, F, U>>;

/// A stream, and a closure for `flat_map` that returns an `I`.
pub type FlatMapOf<S, F, I> = Fitting<S, ClosureOf<ByFlatMap, F, I>>;

/// A type that a closure of `map` may return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an event: it does not move between threads [M0311]",
    label = "its closure returns a `{Self}`",
    note = "help: hold an `Arc` for an `Rc`, a `Mutex` for a `RefCell`, a `String` for a `&str`; \
            see https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0311.md"
)]
#[doc(hidden)]
pub trait MapsTo<M>: Sized {
    /// The stream with the closure, unchanged.
    type Mapped<P>;

    /// Returns the stream with the closure.
    fn map<P: HoldsClosure<Returned = Self>>(given: P) -> Self::Mapped<P>;
}

macro_rules! maps {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<U: $bound> MapsTo<$marker> for U
        where
            U: 'static,
        {
            type Mapped<P> = P;

            fn map<P: HoldsClosure<Returned = U>>(given: P) -> P {
                given
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
    /// The stream with the closure, unchanged.
    type Mapped<P>;

    /// Returns the stream with the closure.
    fn flat_map<P: HoldsClosure<Returned = Self>>(given: P) -> Self::Mapped<P>;
}

macro_rules! flat_maps {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<I: $bound> FlatMapsTo<$marker> for I
        where
            I: 'static,
        {
            type Mapped<P> = P;

            fn flat_map<P: HoldsClosure<Returned = I>>(given: P) -> P {
                given
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

impl<T, M, O, C, U, G> Fitting<Stream<T, M, O, C>, ClosureOf<ByMap, G, U>>
where
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
    pub fn stream(self) -> Stream<U, M, Downstream<O>, C::With<impl ChainSpec<Out = U>>> {
        self.stream.map(self.argument.closure)
    }
}

impl<T, M, O, C, I, G> Fitting<Stream<T, M, O, C>, ClosureOf<ByFlatMap, G, I>>
where
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
        self.stream.flat_map(self.argument.closure)
    }
}

impl<T, M, O, C, G> Fitting<Stream<T, M, O, C>, ClosureOf<ByFilter, G, bool>>
where
    T: Send + 'static,
    M: TimeState,
    O: SideOutputs,
    C: Fusing<Out = T>,
    G: Fn(&T) -> bool + Clone + Send + 'static,
{
    /// Keeps the events for which a condition holds and drops the others.
    #[track_caller]
    #[must_use]
    pub fn filter(self) -> Stream<T, M, Downstream<O>, C::With<impl ChainSpec<Out = T>>> {
        self.stream.filter(self.argument.closure)
    }
}

impl<T, M, O, C, G> Fitting<Stream<T, M, O, C>, ClosureOf<ByInspect, G, ()>>
where
    T: Send + 'static,
    M: TimeState,
    O: SideOutputs,
    C: Fusing<Out = T>,
    G: Fn(&T) + Clone + Send + 'static,
{
    /// Calls a closure with a reference to every event and emits the event unchanged.
    #[track_caller]
    #[must_use]
    pub fn inspect(self) -> Stream<T, M, Downstream<O>, C::With<impl ChainSpec<Out = T>>> {
        self.stream.inspect(self.argument.closure)
    }
}

impl<T, M, O, C, B, F> Fitting<Stream<T, M, O, C>, ClosureOf<ByTie, F, B>>
where
    T: Send + Kept<M::Memory> + 'static,
    M: TimeState + HasEventTime<Possible>,
    O: SideOutputs,
    C: Fusing<Out = T>,
    B: Ord + Send + 'static,
    F: Fn(&T) -> B + Clone + Send + 'static,
{
    /// Sorts the events by event time, and those of equal time by the value of a closure.
    #[track_caller]
    #[must_use]
    pub fn in_order(
        self,
    ) -> Stream<T, Timed<M::Memory>, Ordered<T, O>, C::With<impl ChainSpec<Out = T>>> {
        self.stream.in_order(self.argument.closure)
    }
}
