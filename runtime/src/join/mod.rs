//! Events of different streams that belong together.
//!
//! The sides of a join have the same key and event time. A [spec](JoinSpec) says which events are
//! partners and with that for how long they are kept:
//!
//! | spec | partners | kept |
//! |---|---|---|
//! | [`within(before, after)`](within) | the time of the second lies from `before` before the first to `after` after it | until the watermark rules out a partner |
//! | [`latest(keep)`](latest) | of each other side the last one that is not later than the first | the last of each key, for `keep` |
//! | a window | all that are in the same window | until the end of the window |
//!
//! A [kind](JoinKind) says what becomes of events without a partner: [`Inner`] gives on only what
//! has one, [`Left`] all of the first side, [`Right`] all of the second, [`Full`] all. An event
//! that is in no result goes to the unmatched output; in windows that overlap, once for each window
//! without one.
//!
//! # Examples
//! ```
//! use millstream::prelude::*;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> millstream::Result<()> {
//! let found = Collected::new();
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
//! both.stream.map(|(order, paid)| (order.1, paid.0 - order.0)).sink(found.sink());
//! job.build().run(Config::default()).await?;
//! assert_eq!(found.take(), [("book", 3)]);
//! # Ok(())
//! # }
//! ```

pub(crate) mod gathered;
mod kind;
pub(crate) mod latest;
pub(crate) mod sides;
pub(crate) mod tables;
pub(crate) mod windowed;
pub(crate) mod within;

pub(crate) use gathered::SideLists;
pub use kind::{Full, Inner, JoinKind, Left, Right};
pub use latest::{Latest, latest};
pub(crate) use sides::{FromSide, Sides};
pub use sides::{OneOf2, OneOf3, OneOf4};
pub(crate) use tables::SideTables;
pub use within::{Within, within};

use crate::key::Key;
use crate::window::{Store, StoreFactory};
use std::fmt;

/// Which events are partners, and for how long they are kept; `S` is a tuple of the sides' events.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which events of these sides are partners [M0317]",
    label = "expected what says which events are partners",
    note = "help: write `within(before, after)` for two sides, `latest(keep)` with `join` or \
            `left_join`, or a window: `tumbling(…)`, `sliding(…, …)` or `session(…)`; see \
            https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0317.md"
)]
pub trait JoinSpec<K: Key, S: Sides, J: JoinKind<S>>: fmt::Display + Sized {
    /// What the sides are kept in.
    type Factory: StoreFactory<K, S::OneOf, Store: JoinStore<K, S, J>>;
    /// Whether an event may be in no result.
    const LOSES: bool;

    /// What the sides are kept in.
    fn factory(self) -> Self::Factory;
}

/// A store of the sides `S` that emits the rows of a join of the kind `J`.
pub trait JoinStore<K, S: Sides, J: JoinKind<S>>:
    Store<K, S::OneOf, Out = J::Row, Unmatched = S::OneOf>
{
}

impl<K, S, J, R> JoinStore<K, S, J> for R
where
    S: Sides,
    J: JoinKind<S>,
    R: Store<K, S::OneOf, Out = J::Row, Unmatched = S::OneOf>,
{
}
