//! How the calls of an operator that awaits are made: how many at once, in which order, how long,
//! how often.

use std::fmt;
use std::time::Duration;

/// The order in which the results of calls in flight are emitted.
///
/// # Examples
/// ```
/// use millstream::operator::{Calls, Order};
///
/// assert_eq!(Calls::<u64, (), std::convert::Infallible>::ONE.order, Order::Input);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// That of the events. A result waits for those of all events ahead of it.
    Input,
    /// That of the events of each key: one call of a key at a time, calls of other keys meanwhile.
    PerKey,
    /// None: each result is emitted as its call returns.
    None,
}

/// The error of a call that took longer than its `timeout` or `deadline`.
///
/// # Examples
/// ```
/// use millstream::operator::TimedOut;
/// use millstream::time::DurationExt;
///
/// assert_eq!(TimedOut(2.secs()).to_string(), "no answer within 2s");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[error("no answer within {0:?}")]
pub struct TimedOut(
    /// How long the call was allowed to take.
    pub Duration,
);

/// How often a failed call is repeated, and after which waits.
///
/// A wait is random within half and one and a half of its length, so that the calls that failed
/// together do not return together.
///
/// # Examples
/// ```
/// use millstream::operator::Backoff;
/// use millstream::time::DurationExt;
///
/// let backoff = Backoff::exponential(5, 100.millis(), 1.secs());
/// let waits: Vec<_> = (0..5).map(|nth| backoff.wait(nth)).collect();
/// assert_eq!(waits, [100, 200, 400, 800, 1_000].map(|wait| wait.millis()));
/// assert_eq!(Backoff::fixed(3, 1.secs()).wait(2), 1.secs());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The number of repetitions; a call is made at most once more than this.
    pub times: u32,
    /// The first wait; each further one is twice as long.
    pub first: Duration,
    /// The longest wait.
    pub most: Duration,
}

impl Backoff {
    /// Waits that double, from `first` up to `most`: `retry = exponential(3, "10ms", "10s")`.
    #[must_use]
    pub const fn exponential(times: u32, first: Duration, most: Duration) -> Self {
        Self { times, first, most }
    }

    /// Waits of one length: `retry = fixed(3, "1s")`.
    #[must_use]
    pub const fn fixed(times: u32, wait: Duration) -> Self {
        Self { times, first: wait, most: wait }
    }

    /// Waits that double, from 10 ms up to 10 s: `retry = 3`.
    #[must_use]
    pub const fn times(times: u32) -> Self {
        Self::exponential(times, Duration::from_millis(10), Duration::from_secs(10))
    }

    /// The wait ahead of a repetition, counted from 0.
    #[must_use]
    pub fn wait(self, repetition: u32) -> Duration {
        let factor = 1_u32.checked_shl(repetition).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.most)
    }
}

/// What the repetition of a failed call needs: copies of its event and state.
///
/// The copies are made by functions, so that only the types of an operator that repeats calls have
/// to be `Clone`.
pub struct Retry<In, S, E> {
    /// How often, and after which waits.
    pub backoff: Backoff,
    /// Copies the event: `Clone::clone`.
    pub event: fn(&In) -> In,
    /// Copies the state: `Clone::clone`.
    pub state: fn(&S) -> S,
    /// Whether a call that failed so is repeated.
    pub retry_if: fn(&E) -> bool,
}

/// How long a call may take, and its error after that.
pub struct TimeLimit<E> {
    /// How long.
    pub length: Duration,
    /// Makes the error: `From::from`.
    pub error: fn(TimedOut) -> E,
}

impl<E> Clone for TimeLimit<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for TimeLimit<E> {}

impl<E> TimeLimit<E> {
    /// The error of a call that has taken so long.
    pub(crate) fn exceeded(self) -> E {
        (self.error)(TimedOut(self.length))
    }
}

/// How the calls of an operator that awaits are made.
///
/// `#[operator(in_flight = …, order = …, timeout = …, deadline = …, retry = …)]` writes it as
/// [`Operator::CALLS`](super::Operator::CALLS).
///
/// # Examples
/// ```
/// use millstream::operator::Operator;
/// use millstream::prelude::*;
///
/// #[operator(in_flight = 64, order = none)]
/// async fn located(address: u32) -> (u32, u8) {
///     tokio::task::yield_now().await;
///     (address, 7)
/// }
///
/// assert_eq!(<located as Operator<u32>>::CALLS.in_flight, 64);
/// ```
pub struct Calls<In, S, E> {
    /// The largest number of calls in flight, per instance: 1 to [`MOST_IN_FLIGHT`].
    pub in_flight: usize,
    /// The order of the results.
    pub order: Order,
    /// The longest time of one attempt.
    pub timeout: Option<TimeLimit<E>>,
    /// The longest time of all attempts and waits of a call together.
    pub deadline: Option<TimeLimit<E>>,
    /// The repetition of failed calls.
    pub retry: Option<Retry<In, S, E>>,
}

/// The largest number of calls in flight of an instance.
pub const MOST_IN_FLIGHT: usize = 4_096;

impl<In, S, E> Calls<In, S, E> {
    /// One call at a time, in order, as long as it takes.
    pub const ONE: Self =
        Self { in_flight: 1, order: Order::Input, timeout: None, deadline: None, retry: None };

    /// Whether its calls need a clock.
    pub(crate) const fn are_timed(&self) -> bool {
        self.timeout.is_some() || self.deadline.is_some() || self.retry.is_some()
    }
}

impl<E> fmt::Debug for TimeLimit<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TimeLimit").field(&self.length).finish()
    }
}

impl<In, S, E> fmt::Debug for Retry<In, S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retry").field("backoff", &self.backoff).finish_non_exhaustive()
    }
}

impl<In, S, E> fmt::Debug for Calls<In, S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calls")
            .field("in_flight", &self.in_flight)
            .field("order", &self.order)
            .field("timeout", &self.timeout)
            .field("deadline", &self.deadline)
            .field("retry", &self.retry)
            .finish()
    }
}

/// An error type that a call that takes too long can have.
#[diagnostic::on_unimplemented(
    message = "calls of this operator may take too long, and `{Self}` cannot say so",
    label = "an operator with a `timeout` or `deadline` has an error type made from `TimedOut`",
    note = "implement `From<TimedOut>` for it; with `thiserror`, a variant `TooLong(#[from] \
            TimedOut)`"
)]
#[doc(hidden)]
pub trait FromTimedOut {
    /// The error of a call that has taken too long.
    fn from_timed_out(error: TimedOut) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<TimedOut>> FromTimedOut for E {
    fn from_timed_out(error: TimedOut) -> Self {
        error.into()
    }
}

/// Copies what an attempt of a call uses up.
#[derive(Debug)]
pub struct Copies;

/// That events or states of type `T` can be copied for another attempt.
///
/// A trait of a type apart: for a missing one of `T` itself the compiler would suggest to borrow.
#[diagnostic::on_unimplemented(
    message = "failed calls of this operator are repeated, and `{T}` cannot be copied for that",
    label = "`retry` needs an event and a state that are `Clone`",
    note = "derive `Clone` for `{T}`, or leave `retry` out"
)]
#[doc(hidden)]
pub trait CopiesOf<T> {
    /// A copy for one attempt.
    #[must_use]
    fn copied(value: &T) -> T;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> CopiesOf<T> for Copies {
    fn copied(value: &T) -> T {
        value.clone()
    }
}
