//! Combining events of two to four streams that belong together: orders with payments, readings
//! with settings.
//!
//! All sides of a join are keyed by the same type and have event time. Events match if they have
//! the same key and their times fit. A [`JoinSpec`] says which times fit, and so how long events
//! are kept:
//!
//! | spec | matches | kept |
//! |---|---|---|
//! | [`within(before, after)`](within) | events of two sides with close times | until the watermark rules out further matches |
//! | [`latest(keep)`](latest) | the latest event of each other side, as of an event of the first | the latest of each key, for `keep` |
//! | [`tumbling`], [`sliding`], [`session`] | all events in the same window | until the window ends |
//!
//! The function is the [`JoinKind`]: what is emitted for events without a match.
//!
//! | function | emits |
//! |---|---|
//! | [`join`] | only combinations with an event of every side |
//! | [`left_join`] | every event of the first side |
//! | [`right_join`] | every event of the second of two sides |
//! | [`full_join`] | every event |
//!
//! [`at_most`](crate::builder::Joining::at_most) bounds the events that an instance keeps, also
//! while a side is idle.
//!
//! # Missing keys
//! An event whose key is [missing](Key::is_missing), such as `None`, matches nothing, not even
//! another event without a key: as in SQL. It is unmatched, and a `left_join`, `right_join` or
//! `full_join` emits it as such. An event of a side that `latest` only looks up is not kept.
//!
//! # Unmatched and late events
//! An event that is in no row is sent to the unmatched output; with overlapping windows, once for
//! each window without a match. An event behind the watermark is late; with windows, only if all
//! its windows are closed. With `within`, that is the watermark of its own side.
//!
//! [`tumbling`]: crate::window::tumbling
//! [`sliding`]: crate::window::sliding
//! [`session`]: crate::window::session
//! [`join`]: fn@crate::builder::join
//! [`left_join`]: fn@crate::builder::left_join
//! [`right_join`]: fn@crate::builder::right_join
//! [`full_join`]: fn@crate::builder::full_join
//!
//! # Examples
//! How long after an order it is paid:
//! ```
//! use millstream::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let waits = Collected::new();
//! let job = Builder::new("orders");
//! let at = |seconds: &(i64, &str)| EventTime::from_secs(seconds.0);
//! let orders = job.source(from_iter([(1, "book"), (9, "pen")])).named("orders");
//! let paid = job.source(from_iter([(4, "book"), (20, "pen")])).named("paid");
//! let orders = orders.event_time(at, lateness(0.secs())).by(|order| order.1);
//! let paid = paid.event_time(at, lateness(0.secs())).by(|paid| paid.1);
//!
//! let both = join((orders, paid), within(0.secs(), 5.secs())).stream().outputs();
//! both.late.ignore();
//! both.unmatched.ignore();
//! both.stream.map(|(order, paid)| (order.1, paid.0 - order.0)).sink(waits.sink());
//! job.build().run(Config::default()).await?;
//! assert_eq!(waits.take(), [("book", 3)]);
//! # Ok(())
//! # }
//! ```

pub(crate) mod bounded;
pub(crate) mod gathered;
mod kind;
pub(crate) mod latest;
pub(crate) mod rows;
pub(crate) mod sides;
pub(crate) mod tables;
pub(crate) mod windowed;
pub(crate) mod within;

pub(crate) use bounded::{AtMost, FailsWhenFull, ShedsWhenFull};
pub(crate) use gathered::SideLists;
pub use kind::{Full, Inner, JoinKind, Left, Right};
pub use latest::{Latest, latest};
pub(crate) use sides::{FromSide, Sides};
pub use sides::{OneOf2, OneOf3, OneOf4};
pub(crate) use tables::SideTables;
pub use within::{Within, within};

use self::rows::KeepsRows;
use crate::key::Key;
use crate::state::Volatile;
use crate::window::{KeptStore, Store, StoreFactory};
use millstream_graph::sentence::Sentence;
use std::fmt;
use std::time::Duration;

/// Says which events of a join match, and so how long they are kept; `S` is a tuple of the sides'
/// events.
///
/// Implemented by [`within`], [`latest`] and the kinds of windows that fire on time only: tumbling,
/// sliding and session windows. Not meant to be implemented by users.
///
/// # Examples
/// A join in a window:
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let results = Collected::new();
/// let views = [(3, "ann"), (70, "bob")];
/// let clicks = [(5, "ann"), (130, "bob")];
/// let topology = topology!(
///     views = source(from_iter(views))
///         >> event_time(|view| EventTime::from_secs(view.0), lateness(0.secs())),
///     clicks = source(from_iter(clicks))
///         >> event_time(|click| EventTime::from_secs(click.0), lateness(0.secs())),
///     both = (views >> by(|view| view.1), clicks >> by(|click| click.1))
///         >> left_join(tumbling(1.mins())),
///     both >> map(|(view, click)| (view.1, click.map(|click| click.0))) >> sink(results.sink()),
///     both.unmatched >> ignore,
///     both.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(results.take(), [("ann", Some(5)), ("bob", None)]);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which events of these sides are partners [M0317]",
    label = "expected what says which events are partners",
    note = "help: write `within(before, after)` for two sides, `latest(keep)` with `join` or \
            `left_join`, or a window: `tumbling(…)`, `sliding(…, …)` or `session(…)`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0317.md"
)]
pub trait JoinSpec<K: Key, S: Sides, J: JoinKind<S>>: fmt::Display + Sized {
    /// Creates the store of each instance.
    type Factory: StoreFactory<K, S::OneOf, Store: JoinStore<K, S, J>>;
    /// Creates stores that know how many rows they buffer.
    #[doc(hidden)]
    type Counted: StoreFactory<K, S::OneOf, Store: CountedJoin<K, S, J>>;
    /// The events of the overflow output, if it sheds any.
    #[doc(hidden)]
    type Overflow: Send + 'static;
    /// Whether an event may be unmatched.
    const LOSES: bool;
    /// Whether it sheds events.
    #[doc(hidden)]
    const SHEDS: bool = false;

    /// Returns the factory of the stores.
    fn factory(self) -> Self::Factory;

    /// Returns the factory of stores that count their rows.
    #[doc(hidden)]
    fn counted(self) -> Self::Counted;

    /// What a node does that joins by it.
    #[doc(hidden)]
    fn work(&self, join: &str) -> String {
        join.to_owned()
    }

    /// Which side to read first while both are equally far in event time.
    #[doc(hidden)]
    fn reads_first(&self) -> ReadFirst {
        ReadFirst::Other
    }

    /// Says what the sides are called.
    #[doc(hidden)]
    fn name_sides(&mut self, _sides: &[String]) {}

    /// What is wrong with it, if anything; the job is refused at start.
    #[doc(hidden)]
    fn refused(&self) -> Option<Sentence> {
        None
    }

    /// How long no window is open between two of them, if that is known to be.
    #[doc(hidden)]
    fn between(&self) -> Option<Duration> {
        None
    }
}

/// The side of a join that is read first while both are equally far in event time.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadFirst {
    /// The first side.
    First,
    /// The other side, or all others.
    Other,
}

/// A store of the sides `S` that emits the rows of a join of the kind `J`.
#[doc(hidden)]
pub trait JoinStore<K, S: Sides, J: JoinKind<S>>:
    Store<K, S::OneOf, Out = J::Row, Unmatched = S::OneOf> + KeptStore<K, S::OneOf, Volatile>
{
}

impl<K, S, J, R> JoinStore<K, S, J> for R
where
    S: Sides,
    J: JoinKind<S>,
    R: Store<K, S::OneOf, Out = J::Row, Unmatched = S::OneOf> + KeptStore<K, S::OneOf, Volatile>,
{
}

/// A store of a join that knows how many rows it buffers.
#[doc(hidden)]
pub trait CountedJoin<K, S: Sides, J: JoinKind<S>>: JoinStore<K, S, J> + KeepsRows {}

impl<K, S, J, R> CountedJoin<K, S, J> for R
where
    S: Sides,
    J: JoinKind<S>,
    R: JoinStore<K, S, J> + KeepsRows,
{
}
