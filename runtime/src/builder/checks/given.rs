//! Checks of closures: what they take, and what they capture.
//!
//! A closure is the `Self` of its check, and `Fn` a trait above that. So the compiler infers the
//! types of its parameters from the stream; and a closure that takes something else is reported by
//! the check alone, as long as the call and the closure have the same span.

use super::{Fitting, Impossible, Nothing, Possible, Upstream};
use crate::builder::windowed::WindowedStream;
use crate::time::EventTime;
use std::fmt;
use std::marker::PhantomData;

/// A closure for the word `W` that returns an `R`.
pub struct ClosureOf<W, F, R> {
    pub(super) closure: F,
    of: PhantomData<fn() -> (W, R)>,
}

impl<W, F, R> ClosureOf<W, F, R> {
    pub(super) fn new(closure: F) -> Self {
        Self { closure, of: PhantomData }
    }
}

impl<W, F, R> fmt::Debug for ClosureOf<W, F, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClosureOf")
    }
}

/// Declares the check of the closure of a word, and a type that stands for the word.
macro_rules! closure {
    (
        $(#[$attribute:meta])*
        $check:ident, $word:ident::$method:ident by $fitting:ident($pair:ident):
            Fn($event:ty) $(-> $result:ty)? $(where $generic:ident)?
    ) => {
        #[doc = concat!("The word `", stringify!($method), "`.")]
        #[derive(Debug, Clone, Copy)]
        pub struct $word;

        $(#[$attribute])*
        #[doc(hidden)]
        pub trait $check<T, $($generic,)? M>: Fn($event) $(-> $result)? + Sized {
            /// The stream with the closure.
            type Given<S: Upstream>;

            /// Pairs the stream with the closure.
            fn $method<S: Upstream<Event = T>>(stream: S, closure: Self) -> Self::Given<S>;
        }

        closure!(
            @ $check $word $method $fitting $pair [$event] [$($result)?] [$($generic)?] [Any]
            [Possible]
        );
        closure!(
            @ $check $word $method $fitting $pair [$event] [$($result)?] [$($generic)?] [Nothing]
            [Impossible]
        );
    };
    (
        @ $check:ident $word:ident $method:ident $fitting:ident $pair:ident [$event:ty]
        [$($result:ty)?] [$($generic:ident)?] [$bound:ident] [$marker:ty]
    ) => {
        #[diagnostic::do_not_recommend]
        impl<T, $($generic,)? F> $check<T, $($generic,)? $marker> for F
        where
            F: Fn($event) $(-> $result)? + $bound,
        {
            type Given<S: Upstream> = S::$fitting<ClosureOf<$word, F, closure!(= $($result)?)>>;

            fn $method<S: Upstream<Event = T>>(stream: S, closure: F) -> Self::Given<S> {
                stream.$pair(ClosureOf::new(closure))
            }
        }
    };
    (=) => { () };
    (= $result:ty) => { $result };
}

/// Implemented by every type.
#[doc(hidden)]
pub trait Any {}

#[diagnostic::do_not_recommend]
impl<T> Any for T {}

closure! {
    /// A closure that `map` can call.
    #[diagnostic::on_unimplemented(
        message = "`map` takes a closure that gets each event itself, a `{T}` [M0322]",
        label = "expected `|event| …`, or `|event: {T}| …`",
        note = "help: leave out the type of the parameter; an operator stands in the line itself, \
                `>> name`; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0322.md"
    )]
    MapClosure, ByMap::map by FittingEvents(fitting_events): Fn(T) -> U where U
}
closure! {
    /// A closure that `flat_map` can call.
    #[diagnostic::on_unimplemented(
        message = "`flat_map` takes a closure that gets each event itself, a `{T}` [M0322]",
        label = "expected `|event| …`, or `|event: {T}| …`",
        note = "help: leave out the type of the parameter; an operator stands in the line itself, \
                `>> name`; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0322.md"
    )]
    FlatMapClosure, ByFlatMap::flat_map by FittingEvents(fitting_events): Fn(T) -> I where I
}
closure! {
    /// A closure that `filter` can call.
    #[diagnostic::on_unimplemented(
        message = "`filter` takes a closure that borrows each event, a `&{T}` [M0322]",
        label = "expected `|event| …`, or `|event: &{T}| …`",
        note = "help: leave out the type of the parameter; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0322.md"
    )]
    FilterClosure, ByFilter::filter by FittingEvents(fitting_events): Fn(&T) -> bool
}
closure! {
    /// A closure that `inspect` can call.
    #[diagnostic::on_unimplemented(
        message = "`inspect` takes a closure that borrows each event, a `&{T}` [M0322]",
        label = "expected `|event| …`, or `|event: &{T}| …`",
        note = "help: leave out the type of the parameter; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0322.md"
    )]
    InspectClosure, ByInspect::inspect by FittingEvents(fitting_events): Fn(&T)
}
closure! {
    /// A closure that `by` can call.
    #[diagnostic::on_unimplemented(
        message = "`by` takes a closure that borrows each event, a `&{T}`, and returns its key \
                   [M0322]",
        label = "expected `|event| …`, or `|event: &{T}| …`",
        note = "help: write `by(|event| …)`, without the type of the parameter; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0322.md"
    )]
    KeyClosure, ByKey::by by Fitting(fitting): Fn(&T) -> K where K
}
closure! {
    /// A closure that `event_time` can call.
    #[diagnostic::on_unimplemented(
        message = "`event_time` takes a closure that borrows each event, a `&{T}`, and returns its \
                   time [M0322]",
        label = "expected `|event| …`, or `|event: &{T}| …`",
        note = "help: write `event_time(|event| …, lateness(…))`, without the type of the \
                parameter; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0322.md"
    )]
    TimeClosure, ByEventTime::event_time by Fitting(fitting): Fn(&T) -> EventTime
}
closure! {
    /// A closure that `in_order` can call.
    #[diagnostic::on_unimplemented(
        message = "`in_order` takes a closure that borrows each event, a `&{T}`, and returns what \
                   sorts those of one time [M0322]",
        label = "expected `|event| …`, or `|event: &{T}| …`",
        note = "help: write `in_order(|event| …)`, without the type of the parameter; `|_| ()` \
                if their order does not matter; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0322.md"
    )]
    TieClosure, ByTie::in_order by Fitting(fitting): Fn(&T) -> B where B
}

/// Something else in place of a closure.
#[diagnostic::on_unimplemented(
    message = "a closure stands here, and `{Self}` is none [M0322]",
    label = "expected `|event| …`",
    note = "help: write `|event| event.name` for a field, and with what is compared or computed, \
            `|event| event.name + 1`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0322.md"
)]
#[doc(hidden)]
pub trait ValueAsClosure<M>: Sized {
    /// Nothing: no literal is a closure.
    type Given<S>;

    /// Never called.
    fn given<S>(stream: S, value: Self) -> Self::Given<S>;
}

macro_rules! never {
    ($marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<V: Nothing> ValueAsClosure<$marker> for V {
            type Given<S> = ();

            fn given<S>(_: S, _: V) {}
        }
    };
}
never!(Possible);
never!(Impossible);

/// Windows, as seen by the closure of `aggregate`.
#[doc(hidden)]
pub trait HasWindows: Upstream {
    /// The type of the events in the windows.
    type Gathered;
}

impl<K, T, W, M, O, C> HasWindows for WindowedStream<K, T, W, M, O, C> {
    type Gathered = T;
}

/// The word `aggregate`.
#[derive(Debug, Clone, Copy)]
pub struct ByValue;

/// A closure that `aggregate` can call.
#[diagnostic::on_unimplemented(
    message = "the closure comes first in `aggregate`, then the aggregate; it borrows each event, \
               a `&{T}` [M0322]",
    label = "expected `|event| …`",
    note = "help: write `aggregate(|event| …, sum())`, without the type of the parameter; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0322.md"
)]
#[doc(hidden)]
pub trait ValueClosure<T, V, M>: Fn(&T) -> V + Sized {
    /// The windows with the closure.
    type Given<S: Upstream>;

    /// Pairs the windows with the closure.
    fn aggregate<S: HasWindows<Gathered = T>>(windows: S, select: Self) -> Self::Given<S>;
}

macro_rules! values {
    ($bound:ident, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<T, V, F: Fn(&T) -> V + $bound> ValueClosure<T, V, $marker> for F {
            type Given<S: Upstream> = S::Fitting<ClosureOf<ByValue, F, V>>;

            fn aggregate<S: HasWindows<Gathered = T>>(windows: S, select: F) -> Self::Given<S> {
                windows.fitting(ClosureOf::new(select))
            }
        }
    };
}
values!(Any, Possible);
values!(Nothing, Impossible);

/// What a closure captures.
#[derive(Debug)]
pub struct CapturedBy<F>(PhantomData<fn() -> F>);

/// Captured things that each instance can have a clone of.
///
/// They are known once the whole function has been read. Nothing depends on this check, so that it
/// can wait. `Self` is not the closure: the compiler would propose to borrow or to call it.
#[diagnostic::on_unimplemented(
    message = "this closure captures something that is not `Send` or not `Clone` [M0323]",
    label = "each instance gets a clone, in a thread of its own",
    note = "help: capture an `Arc` in place of an `Rc`, a `Mutex` or an atomic number in place of \
            a `Cell`, a `RefCell` or a variable that changes; what events change is the state of \
            an `#[operator]`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0323.md"
)]
#[doc(hidden)]
pub trait CloneAndSend: Sized {
    /// The stream and the closure, unchanged.
    fn of<P: HoldsClosure<Captured = Self>>(given: P) -> P {
        given
    }
}

#[diagnostic::do_not_recommend]
impl<F: Clone + Send> CloneAndSend for CapturedBy<F> {}

/// A stream with a closure.
#[doc(hidden)]
pub trait HoldsClosure {
    /// What the closure captures.
    type Captured;
    /// What it returns.
    type Returned;
}

impl<S, W, F, R> HoldsClosure for Fitting<S, ClosureOf<W, F, R>> {
    type Captured = CapturedBy<F>;
    type Returned = R;
}
