//! What the closures of `map` and `flat_map` may return.

use super::{Impossible, Nothing, Possible, Upstream};
use crate::operator::{FlatMap, Map};
use crate::topology::declared::{Declared, ThenAt};
use crate::topology::stream::Stream;

/// A stream, or one with a key that is not needed any more.
pub trait Plain: Upstream {
    /// The chain of everything before it.
    type Chain: Declared<Out = Self::Event>;

    /// The stream, without its key.
    fn plain(self) -> Stream<Self::Event, Self::Chain>;
}

/// A type that `map` can make of an event.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an event: it does not move between threads [M0311]",
    label = "its closure returns a `{Self}`",
    note = "help: hold an `Arc` for an `Rc`, a `Mutex` for a `RefCell`, a `String` for a `&str`; \
            see https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0311.md"
)]
pub trait Moves<M>: Sized {
    /// The stream behind.
    type Mapped<C, F>;

    /// Turns every event into another: `stream.map(function)`.
    #[track_caller]
    fn map<S, F>(stream: S, function: F) -> Self::Mapped<S::Chain, F>
    where
        S: Plain<Event: Send + 'static>,
        F: Fn(S::Event) -> Self + Clone + Send + 'static;
}

#[diagnostic::do_not_recommend]
impl<U: Send + 'static> Moves<Possible> for U {
    type Mapped<C, F> = Stream<U, ThenAt<C, Map<F>>>;

    #[track_caller]
    fn map<S, F>(stream: S, function: F) -> Self::Mapped<S::Chain, F>
    where
        S: Plain<Event: Send + 'static>,
        F: Fn(S::Event) -> U + Clone + Send + 'static,
    {
        stream.plain().map(function)
    }
}

#[diagnostic::do_not_recommend]
impl<U: Nothing> Moves<Impossible> for U {
    type Mapped<C, F> = ();

    fn map<S, F>(_: S, _: F)
    where
        S: Plain<Event: Send + 'static>,
        F: Fn(S::Event) -> U + Clone + Send + 'static,
    {
    }
}

/// A type that `flat_map` can make of an event: its items are the events behind it.
#[diagnostic::on_unimplemented(
    message = "`flat_map` gives on the items of what its closure returns, but `{Self}` has none \
               [M0312]",
    label = "its closure returns a `{Self}`",
    note = "help: return a `Vec`, an `Option` or an iterator of events that are `Send`, or write \
            `map(|event| …)` for one event; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0312.md"
)]
pub trait Holds<M>: Sized {
    /// The stream behind.
    type Mapped<C, F>;

    /// Turns every event into any number of others: `stream.flat_map(function)`.
    #[track_caller]
    fn flat_map<S, F>(stream: S, function: F) -> Self::Mapped<S::Chain, F>
    where
        S: Plain<Event: Send + 'static>,
        F: Fn(S::Event) -> Self + Clone + Send + 'static;
}

#[diagnostic::do_not_recommend]
impl<I: IntoIterator<Item: Send> + 'static> Holds<Possible> for I {
    type Mapped<C, F> = Stream<I::Item, ThenAt<C, FlatMap<F>>>;

    #[track_caller]
    fn flat_map<S, F>(stream: S, function: F) -> Self::Mapped<S::Chain, F>
    where
        S: Plain<Event: Send + 'static>,
        F: Fn(S::Event) -> I + Clone + Send + 'static,
    {
        stream.plain().flat_map(function)
    }
}

#[diagnostic::do_not_recommend]
impl<I: Nothing> Holds<Impossible> for I {
    type Mapped<C, F> = ();

    fn flat_map<S, F>(_: S, _: F)
    where
        S: Plain<Event: Send + 'static>,
        F: Fn(S::Event) -> I + Clone + Send + 'static,
    {
    }
}
