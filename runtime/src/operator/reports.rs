//! What the `.errors` output of an operator emits: its errors as they are, or dead letters.
//!
//! It is a type, so that an operator whose errors are plain has no trace of the rest: no copy of an
//! event, no byte in the future of a call (`docs/decisions/0021-letters-are-a-mode.md`).

use super::dead_letter::{DeadLetter, with_causes};
use crate::error::{BoxError, Instance};
use crate::time::EventTime;
use std::any::Any;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// `.errors` emits the errors that the operator returns; the default of
/// [`Stepping`](crate::operator::Stepping) and [`Awaits`](crate::operator::Awaits).
#[derive(Debug, Clone, Copy)]
pub struct EmitsErrors;

/// `.errors` emits a [`DeadLetter`] for each event that the operator returns an error for:
/// `#[operator(errors = letters)]`.
///
/// # Examples
/// ```
/// use millstream::operator::{EmitsLetters, Mode, Operator};
/// use millstream::prelude::*;
///
/// #[operator(errors = letters)]
/// async fn parsed(text: String) -> Result<u64, std::num::ParseIntError> {
///     text.parse()
/// }
///
/// fn emits_letters<O: Operator<String, Mode: Mode<Reports = EmitsLetters>>>(_: O) {}
/// emits_letters(parsed {});
/// ```
#[derive(Debug, Clone, Copy)]
pub struct EmitsLetters;

/// The same, and also for each event on which the operator panics: `#[operator(panics = route)]`.
/// State, timers and results are as before a call that fails.
///
/// # Examples
/// ```
/// use millstream::operator::{CatchesPanics, Mode, Operator};
/// use millstream::prelude::*;
///
/// #[operator(panics = route)]
/// async fn halved(number: u64) -> u64 {
///     number / 2
/// }
///
/// fn catches_panics<O: Operator<u64, Mode: Mode<Reports = CatchesPanics>>>(_: O) {}
/// catches_panics(halved {});
/// ```
#[derive(Debug, Clone, Copy)]
pub struct CatchesPanics;

/// How an operator copies what its dead letters need:
/// [`Operator::COPIES`](crate::operator::Operator::COPIES).
///
/// The copies are made by functions, so that only the types of an operator that needs them have to
/// be `Clone`.
///
/// # Examples
/// ```
/// use millstream::operator::Operator;
/// use millstream::prelude::*;
///
/// #[operator(panics = route)]
/// async fn halved(number: u64, seen: &mut u64) -> u64 {
///     *seen += 1;
///     number / 2
/// }
///
/// assert!(<halved as Operator<u64>>::COPIES.event.is_some());
/// ```
#[derive(Debug)]
pub struct LetterCopies<In, S> {
    /// Copies the event: `Clone::clone`; needed for letters.
    pub event: Option<fn(&In) -> In>,
    /// Copies the state: `Clone::clone`; needed to catch panics.
    pub state: Option<fn(&S) -> S>,
}

impl<In, S> LetterCopies<In, S> {
    /// Nothing is copied.
    pub const NOTHING: Self = Self { event: None, state: None };
}

/// What becomes of a panic in a call for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnPanic {
    /// It ends the job, or restarts it.
    EndJob,
    /// It is reported, as an error is.
    Report,
}

/// How a call has failed.
#[derive(Debug)]
pub enum CallFailure<E, P> {
    /// It has returned an error.
    Error(E),
    /// It has panicked.
    Panic(P),
}

/// What a dead letter says of its call.
#[derive(Debug)]
pub struct CallFacts {
    /// The node of the operator.
    pub node: String,
    /// Its instance.
    pub instance: Instance,
    /// The number of calls made for the event.
    pub attempts: u32,
    /// The number of the event.
    pub position: u64,
    /// When it had failed.
    pub time: EventTime,
}

/// What the errors `E` of an operator on events of type `In` are reported as.
#[doc(hidden)]
pub trait ReportsAs<In, E>: 'static {
    /// What `.errors` emits.
    type Reported: Send + 'static;
    /// What is caught of a panic.
    type Panic: Send;
    /// What is kept of an event during its call.
    type Kept<V: Send>: Send;
    /// What is kept of a state, and of a context, during a call.
    type Before<V: Send>: Send;
    /// What becomes of a panic.
    const ON_PANIC: OnPanic;
    /// Whether events are kept.
    const LETTERS: bool;

    /// Keeps a copy of the event.
    fn keep<V: Send>(value: Option<&V>, copy: Option<fn(&V) -> V>) -> Self::Kept<V>;

    /// The kept event.
    fn kept<V: Send>(kept: Self::Kept<V>) -> Option<V>;

    /// Keeps a copy of what a call changes.
    fn before<V: Send>(value: Option<&V>, copy: Option<fn(&V) -> V>) -> Self::Before<V>;

    /// Puts it back.
    fn put_back<V: Send>(before: Self::Before<V>, value: &mut V);

    /// Calls user code, and catches a panic if it is to be reported.
    ///
    /// # Errors
    /// What was caught.
    fn guard<R>(call: impl FnOnce() -> R) -> Result<R, Self::Panic>;

    /// The text of a panic.
    fn text(panic: Self::Panic) -> String;

    /// Makes what is reported.
    ///
    /// # Errors
    /// The failure, if a letter has no event to hold: that of a timer.
    fn report(
        failure: CallFailure<E, Self::Panic>,
        event: Option<In>,
        facts: impl FnOnce() -> CallFacts,
    ) -> Result<Self::Reported, CallFailure<E, Self::Panic>>;
}

impl<In, E: Send + 'static> ReportsAs<In, E> for EmitsErrors {
    type Reported = E;
    type Panic = Infallible;
    type Kept<V: Send> = ();
    type Before<V: Send> = ();
    const ON_PANIC: OnPanic = OnPanic::EndJob;
    const LETTERS: bool = false;

    #[inline(always)]
    fn keep<V: Send>(_: Option<&V>, _: Option<fn(&V) -> V>) {}

    #[inline(always)]
    fn kept<V: Send>((): ()) -> Option<V> {
        None
    }

    #[inline(always)]
    fn before<V: Send>(_: Option<&V>, _: Option<fn(&V) -> V>) {}

    #[inline(always)]
    fn put_back<V: Send>((): (), _: &mut V) {}

    #[inline(always)]
    fn guard<R>(call: impl FnOnce() -> R) -> Result<R, Infallible> {
        Ok(call())
    }

    fn text(panic: Infallible) -> String {
        match panic {}
    }

    #[inline(always)]
    fn report(
        failure: CallFailure<E, Infallible>,
        _: Option<In>,
        _: impl FnOnce() -> CallFacts,
    ) -> Result<E, CallFailure<E, Infallible>> {
        let CallFailure::Error(error) = failure;
        Ok(error)
    }
}

impl<In, E> ReportsAs<In, E> for EmitsLetters
where
    In: Send + 'static,
    E: Into<BoxError> + Send + 'static,
{
    type Reported = DeadLetter<In>;
    type Panic = Infallible;
    type Kept<V: Send> = Option<V>;
    type Before<V: Send> = ();
    const ON_PANIC: OnPanic = OnPanic::EndJob;
    const LETTERS: bool = true;

    #[inline(always)]
    fn keep<V: Send>(value: Option<&V>, copy: Option<fn(&V) -> V>) -> Option<V> {
        Some(copy?(value?))
    }

    #[inline(always)]
    fn kept<V: Send>(kept: Option<V>) -> Option<V> {
        kept
    }

    #[inline(always)]
    fn before<V: Send>(_: Option<&V>, _: Option<fn(&V) -> V>) {}

    #[inline(always)]
    fn put_back<V: Send>((): (), _: &mut V) {}

    #[inline(always)]
    fn guard<R>(call: impl FnOnce() -> R) -> Result<R, Infallible> {
        Ok(call())
    }

    fn text(panic: Infallible) -> String {
        match panic {}
    }

    fn report(
        failure: CallFailure<E, Infallible>,
        event: Option<In>,
        facts: impl FnOnce() -> CallFacts,
    ) -> Result<DeadLetter<In>, CallFailure<E, Infallible>> {
        let Some(event) = event else { return Err(failure) };
        let CallFailure::Error(error) = failure;
        Ok(letter(event, with_causes(error), facts()))
    }
}

/// A panic that was caught: its text.
#[derive(Debug)]
pub struct CaughtPanic(String);

impl<In, E> ReportsAs<In, E> for CatchesPanics
where
    In: Send + 'static,
    E: Into<BoxError> + Send + 'static,
{
    type Reported = DeadLetter<In>;
    type Panic = CaughtPanic;
    type Kept<V: Send> = Option<V>;
    type Before<V: Send> = Option<V>;
    const ON_PANIC: OnPanic = OnPanic::Report;
    const LETTERS: bool = true;

    #[inline(always)]
    fn keep<V: Send>(value: Option<&V>, copy: Option<fn(&V) -> V>) -> Option<V> {
        Some(copy?(value?))
    }

    #[inline(always)]
    fn kept<V: Send>(kept: Option<V>) -> Option<V> {
        kept
    }

    #[inline(always)]
    fn before<V: Send>(value: Option<&V>, copy: Option<fn(&V) -> V>) -> Option<V> {
        Some(copy?(value?))
    }

    #[inline(always)]
    fn put_back<V: Send>(before: Option<V>, value: &mut V) {
        if let Some(before) = before {
            *value = before;
        }
    }

    /// What the call has changed is put back, or dropped.
    #[inline(always)]
    fn guard<R>(call: impl FnOnce() -> R) -> Result<R, CaughtPanic> {
        let caught = catch_unwind(AssertUnwindSafe(call));
        caught.map_err(|payload| CaughtPanic(text_of_panic(&*payload)))
    }

    fn text(panic: CaughtPanic) -> String {
        panic.0
    }

    fn report(
        failure: CallFailure<E, CaughtPanic>,
        event: Option<In>,
        facts: impl FnOnce() -> CallFacts,
    ) -> Result<DeadLetter<In>, CallFailure<E, CaughtPanic>> {
        let Some(event) = event else { return Err(failure) };
        let error = match failure {
            CallFailure::Error(error) => with_causes(error),
            CallFailure::Panic(CaughtPanic(text)) => format!("panicked: {text}"),
        };
        Ok(letter(event, error, facts()))
    }
}

fn letter<T>(event: T, error: String, facts: CallFacts) -> DeadLetter<T> {
    let CallFacts { node, instance, attempts, position, time } = facts;
    DeadLetter { node, instance: instance.index(), event, error, attempts, position, time }
}

/// The text of a panic, from its payload.
#[cold]
#[must_use]
pub(super) fn text_of_panic(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a payload that is no text".into())
}

/// That events of type `T` can be copied for a dead letter.
///
/// As for repeated calls, a trait of a type apart: for a missing one of `T` itself the compiler
/// would suggest to borrow.
#[diagnostic::on_unimplemented(
    message = "an event that fails becomes a dead letter, and `{T}` cannot be copied before the \
               call",
    label = "`errors = letters` and `panics = route` need an event that is `Clone`",
    note = "derive `Clone` for `{T}`, or leave the argument out"
)]
#[doc(hidden)]
pub trait LetterEventOf<T> {
    /// A copy from before the call.
    #[must_use]
    fn copied(value: &T) -> T;
}

/// That states of type `T` can be copied, to be put back after a panic.
#[diagnostic::on_unimplemented(
    message = "the state is put back after a panic, and `{T}` cannot be copied before the call",
    label = "`panics = route` needs a state that is `Clone`",
    note = "derive `Clone` for `{T}`, or leave `panics = route` out"
)]
#[doc(hidden)]
pub trait StateBeforeOf<T> {
    /// A copy from before the call.
    #[must_use]
    fn copied(value: &T) -> T;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> LetterEventOf<T> for super::calls::Copies {
    fn copied(value: &T) -> T {
        value.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Clone> StateBeforeOf<T> for super::calls::Copies {
    fn copied(value: &T) -> T {
        value.clone()
    }
}
