//! Which operator may follow which stream.

use super::{Impossible, Nothing, Possible};
use crate::operator::{Keyed, Operator, Unkeyed};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

/// A stream as an operator sees it.
pub trait Upstream: Sized {
    /// What an operator takes from it: its events, or windows of them.
    type Event;
    /// Whether its events have a key: [`NoKey`] or [`HasKey`].
    type Key;
    /// Whether its events have event time.
    type Time;
}

/// A stream that goes on behind an operator.
pub trait Continue<O>: Upstream {
    /// The stream behind it.
    type Next;

    /// Adds the operator.
    #[track_caller]
    fn continue_with(self, operator: O) -> Self::Next;
}

/// The events of a stream have no key.
#[derive(Debug, Clone, Copy)]
pub struct NoKey;

/// The events of a stream have a key of type `K`.
#[derive(Debug, Clone, Copy)]
pub struct HasKey<K>(PhantomData<fn() -> K>);

/// The errors of an operator are connected.
#[derive(Debug, Clone, Copy)]
pub struct Connected;

/// The errors of an operator go nowhere, so it must not have any.
#[derive(Debug, Clone, Copy)]
pub struct Unconnected;

/// A stream and an operator that takes its events; `R` says whether its errors are connected.
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

/// An operator that takes events of type `In`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not take the `{In}` events of this stream [M0301]",
    label = "expected an operator whose first parameter is a `{In}`",
    note = "help: put `>> map(|event| …)` before it, or change its first parameter; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0301.md"
)]
pub trait Takes<In, M>: Sized {
    /// The stream and the operator.
    type Fit<S, R>;

    /// The operator behind the stream, its errors going nowhere.
    fn event<S: Upstream<Event = In>>(stream: S, operator: Self) -> Self::Fit<S, Unconnected>;

    /// The operator behind the stream, its errors being connected.
    fn fallible<S: Upstream<Event = In>>(stream: S, operator: Self) -> Self::Fit<S, Connected>;
}

macro_rules! takes {
    ($bound:path, $marker:ty) => {
        #[diagnostic::do_not_recommend]
        impl<In, O: $bound> Takes<In, $marker> for O {
            type Fit<S, R> = Fit<S, O, R>;

            fn event<S: Upstream<Event = In>>(stream: S, operator: O) -> Fit<S, O, Unconnected> {
                Fit::of(stream, operator)
            }

            fn fallible<S: Upstream<Event = In>>(stream: S, operator: O) -> Fit<S, O, Connected> {
                Fit::of(stream, operator)
            }
        }
    };
}
takes!(Operator<In>, Possible);
takes!(Nothing, Impossible);

/// An operator that may stand behind a stream with the key `Q`, its errors being `R`.
pub trait Fits<In, Q, R>: Sized {
    /// The stream behind the operator.
    #[track_caller]
    fn then<S>(fit: Fit<S, Self, R>) -> S::Next
    where
        S: Upstream<Event = In, Key = Q> + Continue<Self>;
}

impl<In, Q, R, O> Fits<In, Q, R> for O
where
    O: Operator<In>,
    Q: KeyFor<O::Keying>,
    O::Error: RoutedBy<R>,
{
    #[track_caller]
    fn then<S>(fit: Fit<S, Self, R>) -> S::Next
    where
        S: Upstream<Event = In, Key = Q> + Continue<Self>,
    {
        fit.stream.continue_with(fit.operator)
    }
}

/// A key, or none, that is enough for an operator with this [`Keying`](Operator::Keying).
#[diagnostic::on_unimplemented(
    message = "this operator keeps state per key, but the stream before it has no key [M0304]",
    label = "needs a key before it",
    note = "help: write `>> by(|event| …)` before it, or `>> per_instance` for one state in each \
            instance; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0304.md"
)]
pub trait KeyFor<Keying> {}

#[diagnostic::do_not_recommend]
impl<Q> KeyFor<Unkeyed> for Q {}
#[diagnostic::do_not_recommend]
impl<K> KeyFor<Keyed> for HasKey<K> {}

/// An error that cannot happen, or goes where it is sent.
#[diagnostic::on_unimplemented(
    message = "this operator can fail with `{Self}`, and its errors go nowhere [M0403]",
    label = "needs a name: `name = …`, and a line for `name.errors`",
    note = "help: connect them, `name.errors >> …`, drop them, `name.errors >> ignore`, or let the \
            first one end the job: `name.errors >> fail`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0403.md"
)]
pub trait RoutedBy<R> {}

#[diagnostic::do_not_recommend]
impl<E> RoutedBy<Connected> for E {}
#[diagnostic::do_not_recommend]
impl RoutedBy<Unconnected> for Infallible {}
