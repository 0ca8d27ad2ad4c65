//! Futures among events: nobody would await them.
//!
//! "Is not a future" cannot be written as a bound. But a method of a type is preferred to one of a
//! trait, if its bounds are satisfied: so [`SetFuturesApart`] returns futures as another type,
//! which [is not](AreEvents) a stream of events.
//!
//! Two things that look like more of the same are not available:
//!
//! - **Futures in an `Option` or a `Vec`.** The method is preferred if its bounds *may* be
//!   satisfied. In `map(|text| text.parse().ok())` the type in the `Option` is not known yet, where
//!   an operator downstream decides it: it may be a future, and a valid program is refused.
//! - **`.map(…)` of the builder.** There the type is a parameter, and a bound has to say it. Two
//!   blanket impls of a trait `NoFuture<A>`, of which the second is for futures, make `A` ambiguous
//!   for them: this does refuse them, and inference does not suffer. But the error is "type
//!   annotations needed, cannot infer type of the type parameter `A`", which no attribute can
//!   reword; and with the annotation that it suggests, the futures are accepted.

use super::closures::{FlatMapOf, MapOf};
use super::{Impossible, Nothing, Possible};
use std::fmt;
use std::marker::PhantomData;

/// Says of what a closure has been paired with whether it returns futures.
#[doc(hidden)]
pub trait SetFuturesApart: Sized {
    /// It returns none; otherwise it has a method of this name.
    #[doc(hidden)]
    fn set_futures_apart(self) -> NotFutures<Self> {
        NotFutures(self)
    }
}

impl<T> SetFuturesApart for T {}

/// A closure that returns no futures, and its stream.
#[derive(Debug)]
pub struct NotFutures<T>(T);

/// A closure that returns futures.
pub struct Futures<T>(PhantomData<fn() -> T>);

impl<T> fmt::Debug for Futures<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Futures")
    }
}

impl<S, F, U: Future> MapOf<S, F, U> {
    /// The closure returns a future.
    #[doc(hidden)]
    #[must_use]
    pub fn set_futures_apart(self) -> Futures<U> {
        Futures(PhantomData)
    }
}

impl<S, F, I: IntoIterator<Item: Future>> FlatMapOf<S, F, I> {
    /// The closure returns a list of futures.
    #[doc(hidden)]
    #[must_use]
    pub fn set_futures_apart(self) -> Futures<I::Item> {
        Futures(PhantomData)
    }
}

/// A closure that returns events, and no futures.
#[diagnostic::on_unimplemented(
    message = "these events are futures; `map` and `flat_map` do not await [M0175]",
    label = "its closure returns futures, which nobody awaits",
    note = "help: write an `#[operator]`, an `async fn` that awaits; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0175.md"
)]
#[doc(hidden)]
pub trait AreEvents<M>: Sized {
    /// The stream with the closure.
    type Events;

    /// Returns the stream with the closure.
    fn events(self) -> Self::Events;
}

/// Something other than [`Futures`].
pub trait NoFutures {
    /// The stream with the closure.
    type Paired;

    /// Returns it.
    fn paired(self) -> Self::Paired;
}

impl<T> NoFutures for NotFutures<T> {
    type Paired = T;

    fn paired(self) -> T {
        self.0
    }
}

#[diagnostic::do_not_recommend]
impl<T: NoFutures> AreEvents<Possible> for T {
    type Events = T::Paired;

    fn events(self) -> T::Paired {
        self.paired()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Nothing> AreEvents<Impossible> for T {
    type Events = ();

    fn events(self) {}
}
