//! Checks of the operator downstream of a stream.

use super::{Fitting, HasKey, Impossible, KeptKey, KeyFor, Nothing, Possible, Upstream};
use crate::builder::attach::{AttachKeyed, AttachToWindows, AttachUnkeyed};
use crate::builder::keyed::KeyedStream;
use crate::builder::outputs::SideOutputs;
use crate::builder::stream::Stream;
use crate::builder::then::Downstream;
use crate::builder::time::TimeState;
use crate::builder::windowed::{FullWindowsOf, StoreOf, WindowedStream};
use crate::event::WithKey;
use crate::key::Key;
use crate::lowering::{ChainSpec, Fusing};
use crate::operator::{Keyed, Operator, Reported, ReportsAs, ReportsOf, Unkeyed};
use crate::state::Kept;
use crate::topology::Naming;
use crate::window::{FullWindows, KeptStore, Late, Window, Windows};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

/// The errors of an operator have a consumer.
#[derive(Debug, Clone, Copy)]
pub struct ErrorsConnected;

/// The errors of an operator have no consumer, so it must be infallible.
#[derive(Debug, Clone, Copy)]
pub struct ErrorsUnconnected;

/// A stream and an operator that receives its events. `R` is whether its errors are connected.
pub struct Fit<S, O, R> {
    stream: S,
    operator: O,
    errors: PhantomData<fn() -> R>,
}

impl<S, O, R> fmt::Debug for Fit<S, O, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fit").finish_non_exhaustive()
    }
}

impl<S, O, R> Fit<S, O, R> {
    fn of(stream: S, operator: O) -> Self {
        Self { stream, operator, errors: PhantomData }
    }
}

/// Declares the check of an operator: all do the same, and say what is likely to be wrong.
macro_rules! takes {
    ($(#[$attribute:meta])* $check:ident) => {
        $(#[$attribute])*
        #[doc(hidden)]
        pub trait $check<In, M>: Sized {
            /// The stream with the operator.
            type Fit<S, R>;

            /// Pairs the stream with the operator, whose errors have no consumer.
            fn event<S: Upstream<Event = In>>(stream: S, operator: Self)
            -> Self::Fit<S, ErrorsUnconnected>;

            /// Pairs the stream with the operator, whose errors are connected.
            fn fallible<S: Upstream<Event = In>>(
                stream: S,
                operator: Self,
            ) -> Self::Fit<S, ErrorsConnected>;
        }

        takes!($check: Operator<In>, Possible);
        takes!($check: Nothing, Impossible);
    };
    ($check:ident: $bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<In, O: $bound> $check<In, $marker> for O {
            type Fit<S, R> = Fit<S, O, R>;

            fn event<S: Upstream<Event = In>>(
                stream: S,
                operator: O,
            ) -> Fit<S, O, ErrorsUnconnected> {
                Fit::of(stream, operator)
            }

            fn fallible<S: Upstream<Event = In>>(
                stream: S,
                operator: O,
            ) -> Fit<S, O, ErrorsConnected> {
                Fit::of(stream, operator)
            }
        }
    };
}
takes! {
    /// An operator that receives events of type `In`.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` does not take the `{In}` events of this stream [M0301]",
        label = "expected an operator whose first parameter is a `{In}`",
        note = "help: put `>> map(|event| …)` before it, or change its first parameter; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0301.md"
    )]
    Takes
}
takes! {
    /// An operator given by an expression: a constant, an `if`, a `match`.
    #[diagnostic::on_unimplemented(
        message = "a step is one operator, and this expression gives none [M0335]",
        label = "expected the name of an operator of `{In}` events",
        note = "help: let the events choose, by two lines with `filter(|event| …)` or an `enum` \
                with `#[derive(Outputs)]`; a function is made an operator by `#[operator]`; see \
                https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0335.md"
    )]
    TakesByValue
}

/// A closure in place of an operator.
#[diagnostic::on_unimplemented(
    message = "a closure is no operator [M0339]",
    label = "write `map(…)` around it",
    note = "help: write `>> map(|event| …)`, or `filter`, `flat_map` or `inspect`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0339.md"
)]
#[doc(hidden)]
pub trait ClosureAsOperator<In, R, M>: Fn(In) -> R + Sized {
    /// Nothing: no closure is an operator.
    type Fit<S>;

    /// Never called.
    fn event<S: Upstream<Event = In>>(stream: S, operator: Self) -> Self::Fit<S>;

    /// Never called.
    fn fallible<S: Upstream<Event = In>>(stream: S, operator: Self) -> Self::Fit<S>;
}

macro_rules! never {
    ($marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<In, R, F: Fn(In) -> R + Nothing> ClosureAsOperator<In, R, $marker> for F {
            type Fit<S> = ();

            fn event<S: Upstream<Event = In>>(_: S, _: F) {}

            fn fallible<S: Upstream<Event = In>>(_: S, _: F) {}
        }
    };
}
never!(Possible);
never!(Impossible);

/// An operator that receives windows of events of type `T`, by a key of type `K`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not take the windows of this stream, `Window<{K}, {T}>` [M0328]",
    label = "expected an operator whose first parameter is a `Window<{K}, {T}>`",
    note = "help: an operator of single events takes one value of each window, `>> \
            aggregate(|event| …, …)` before it; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0328.md"
)]
#[doc(hidden)]
pub trait TakesWindows<K, T, M>: Sized {
    /// The windows with the operator.
    type Fit<S, R>;

    /// Pairs the windows with the operator, whose errors have no consumer.
    fn event<W, N, S, C>(
        windows: WindowedStream<K, T, W, N, S, C>,
        operator: Self,
    ) -> Self::Fit<WindowedStream<K, T, W, N, S, C>, ErrorsUnconnected>;

    /// Pairs the windows with the operator, whose errors are connected.
    fn fallible<W, N, S, C>(
        windows: WindowedStream<K, T, W, N, S, C>,
        operator: Self,
    ) -> Self::Fit<WindowedStream<K, T, W, N, S, C>, ErrorsConnected>;
}

macro_rules! takes_windows {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<K, T, O: $bound> TakesWindows<K, T, $marker> for O {
            type Fit<S, R> = Fit<S, O, R>;

            fn event<W, N, S, C>(
                windows: WindowedStream<K, T, W, N, S, C>,
                operator: O,
            ) -> Fit<WindowedStream<K, T, W, N, S, C>, O, ErrorsUnconnected> {
                Fit::of(windows, operator)
            }

            fn fallible<W, N, S, C>(
                windows: WindowedStream<K, T, W, N, S, C>,
                operator: O,
            ) -> Fit<WindowedStream<K, T, W, N, S, C>, O, ErrorsConnected> {
                Fit::of(windows, operator)
            }
        }
    };
}
takes_windows!(Operator<Window<K, T>>, Possible);
takes_windows!(Nothing, Impossible);

/// The key of a stream, or its absence, where an operator with this
/// [`Keying`](crate::operator::Operator::Keying) follows.
#[diagnostic::on_unimplemented(
    message = "this operator keeps state per key, but the stream before it has no key [M0304]",
    label = "needs a key before it",
    note = "help: write `>> by(|event| …)` before it, or `>> per_instance` for one state in each \
            instance; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0304.md"
)]
#[doc(hidden)]
pub trait KeyedFor<Keying>: Sized {
    /// The stream and the operator, unchanged.
    type Kept<F>;

    /// Returns the stream and the operator.
    fn operator<S, O, R>(fit: Fit<S, O, R>) -> Self::Kept<Fit<S, O, R>>
    where
        S: Upstream<Key = Self>,
        O: Operator<S::Event, Keying = Keying>;
}

macro_rules! keyed_for {
    ($([$($generic:ident),*] $keying:ty: $key:ty;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generic),*> KeyedFor<$keying> for $key {
            type Kept<F> = F;

            fn operator<S, O, R>(fit: Fit<S, O, R>) -> Fit<S, O, R>
            where
                S: Upstream<Key = Self>,
                O: Operator<S::Event, Keying = $keying>,
            {
                fit
            }
        }
    )+};
}
keyed_for! {
    [Q] Unkeyed: Q;
    [K, T, L] Keyed<T, L>: HasKey<K>;
}

/// An operator that may follow a stream with the key `Q` and the time `M`.
#[doc(hidden)]
pub trait Fits<In, Q, M>: Sized {
    /// The operator, checked to fit. Unknown if it does not, so that only that is reported.
    type Checked;

    /// Pairs the stream with the operator: `stream.then(operator)`.
    fn then<S, R>(fit: Fit<S, Self, R>) -> S::Fitting<Self::Checked>
    where
        S: Upstream<Event = In, Key = Q, Time = M>;
}

impl<In, Q, M, O> Fits<In, Q, M> for O
where
    M: TimeState,
    O: Operator<In, State: Kept<M::Memory>>,
    Q: KeyFor<O::Keying> + KeptKey<In, O::Keying, M::Memory>,
{
    type Checked = Operation<O>;

    fn then<S, R>(fit: Fit<S, O, R>) -> S::Fitting<Operation<O>>
    where
        S: Upstream<Event = In, Key = Q, Time = M>,
    {
        fit.stream.fitting(Operation(fit.operator))
    }
}

/// An operator checked to fit.
#[derive(Debug)]
pub struct Operation<O>(O);

impl<T, M, S, C, O> Fitting<Stream<T, M, S, C>, Operation<O>>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
    O: Operator<T>,
    (O::Keying, O::Mode): AttachUnkeyed<T, C, O>,
{
    /// The stream downstream of the operator.
    #[track_caller]
    #[must_use]
    pub fn stream(
        self,
    ) -> Stream<O::Out, M, Downstream<S, Reported<O, T>>, C::With<impl ChainSpec<Out = O::Out>>>
    {
        self.stream.attach(self.argument.0, Naming::Stateless)
    }
}

impl<K, F, T, M, S, C, O> Fitting<KeyedStream<K, F, T, M, S, C>, Operation<O>>
where
    K: Key,
    F: Fn(&T) -> K + Clone + Send + 'static,
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
    O: Operator<T>,
    (O::Keying, O::Mode): AttachKeyed<T, C, K, F, O, M::Memory>,
{
    /// The stream downstream of the operator.
    #[track_caller]
    #[must_use]
    pub fn stream(
        self,
    ) -> Stream<O::Out, M, Downstream<S, Reported<O, T>>, C::With<impl ChainSpec<Out = O::Out>>>
    {
        self.stream.then(self.argument.0)
    }
}

impl<K, T, W, M, S, C, O> Fitting<WindowedStream<K, T, W, M, S, C>, Operation<O>>
where
    K: Key,
    T: Clone + Send + Sync + 'static,
    W: Windows + FullWindows<K, T>,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = WithKey<K, T>>,
    O: Operator<Window<K, T>>,
    (O::Keying, O::Mode):
        AttachToWindows<K, Window<K, T>, FullWindowsOf<C, W::Full, M>, O, M::Memory>,
    K: Kept<M::Memory>,
    T: Kept<M::Memory>,
    StoreOf<W::Full, K, T>: KeptStore<K, T, M::Memory>,
{
    /// The stream downstream of the operator.
    #[track_caller]
    #[must_use]
    pub fn stream(
        self,
    ) -> Stream<
        O::Out,
        M,
        Downstream<S, Reported<O, Window<K, T>>, Late<T>>,
        C::With<impl ChainSpec<Out = O::Out>>,
    > {
        self.stream.then(self.argument.0)
    }
}

/// Whether errors of type `E` may be left where `Self` says whether they have a consumer.
#[diagnostic::on_unimplemented(
    message = "this operator can fail with `{E}`, and its errors go nowhere [M0403]",
    label = "its errors go nowhere: `name.errors` is in no line",
    note = "help: connect them, `name.errors >> …`, drop them, `name.errors >> ignore`, or let the \
            first one end the job: `name.errors >> fail`; the line needs a name, `name = …`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0403.md"
)]
#[doc(hidden)]
pub trait Routes<E, M>: Sized {
    /// The stream and the operator, unchanged.
    type Kept<F>;

    /// Returns the stream and the operator.
    fn errors<S, O>(fit: Fit<S, O, Self>) -> Self::Kept<Fit<S, O, Self>>
    where
        S: Upstream,
        O: Operator<S::Event>,
        ReportsOf<O, S::Event>: ReportsAs<S::Event, O::Error, Reported = E>;
}

macro_rules! routes {
    ($([$($bound:tt)*] $errors:ty: $error:ty, $marker:ty;)+) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($bound)*> Routes<$error, $marker> for $errors {
            type Kept<F> = F;

            fn errors<S, O>(fit: Fit<S, O, Self>) -> Fit<S, O, Self>
            where
                S: Upstream,
                O: Operator<S::Event>,
                ReportsOf<O, S::Event>: ReportsAs<S::Event, O::Error, Reported = $error>,
            {
                fit
            }
        }
    )+};
}
// To an editor errors that go nowhere are no mistake: the line that connects them is being written.
#[cfg(rust_analyzer)]
routes! {
    [E] ErrorsConnected: E, Possible;
    [E] ErrorsUnconnected: E, Possible;
}
#[cfg(not(rust_analyzer))]
routes! {
    [E] ErrorsConnected: E, Possible;
    [] ErrorsUnconnected: Infallible, Possible;
    // As long as the error is unknown, it may be `Nothing`; and for an error that can occur there
    // are two candidates.
    [E: Nothing] ErrorsUnconnected: E, Impossible;
    [E: Nothing] ErrorsUnconnected: E, ();
}
