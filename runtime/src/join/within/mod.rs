//! Interval joins: events match if their times are close.

mod counted;
mod links;
mod log;
mod restored;
mod saved;
mod store;
#[cfg(test)]
mod tests;

pub use self::store::WithinStore;
use super::{JoinKind, JoinSpec, OneOf2, ReadFirst};
use crate::key::Key;
use crate::time::micros;
use crate::window::{StoreFactory, in_words};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

/// Matches events whose times are close, made by [`within`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within {
    before: i64,
    after: i64,
}

/// Joins events of two sides that are close in event time, such as an order and its payment: an
/// interval join.
///
/// An event of the first side at `t` matches the events of the second side from `t - before` to
/// `t + after`, both inclusive.
///
/// A pair is emitted as soon as both events have arrived; its time is the later of theirs. An event
/// without a match is emitted with `None`, or sent to the unmatched output, when the watermark has
/// passed the last time a match could have; that is its time then. If the other side alone has
/// passed that time when the event arrives, it is emitted at once. See [`JoinKind`].
///
/// Memory: each event is kept until the watermark rules out further matches: `after` for the first
/// side, `before` for the second. With [`Duration::MAX`] it is kept to the end of the stream. An
/// event is not kept at all if the other side has passed that time already, as nearly all of a side
/// whose matches are never later than its events.
///
/// An event is late if it is before the watermark of its own side.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let (waits, unpaid) = (Collected::new(), Collected::new());
/// let orders = [(1, "book"), (9, "pen")];
/// let payments = [(4, "book"), (20, "pen")];
/// let topology = topology!(
///     job("payments"),
///     orders = source(from_iter(orders))
///         >> event_time(|order| EventTime::from_secs(order.0), lateness(0.secs())),
///     payments = source(from_iter(payments))
///         >> event_time(|paid| EventTime::from_secs(paid.0), lateness(0.secs())),
///     paid = (orders >> by(|order| order.1), payments >> by(|paid| paid.1))
///         >> join(within(0.secs(), 5.secs())),
///     paid >> map(|(order, paid)| (order.1, paid.0 - order.0)) >> sink(waits.sink()),
///     paid.unmatched >> sink(unpaid.sink()),
///     paid.late >> ignore,
/// );
/// topology.run(Config::default()).await?;
/// assert_eq!(waits.take(), [("book", 3)]);
/// assert_eq!(unpaid.take(), [OneOf2::First((9, "pen")), OneOf2::Second((20, "pen"))]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn within(before: Duration, after: Duration) -> Within {
    Within { before: micros(before), after: micros(after) }
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "within {} before and {} after", in_words(self.before), in_words(self.after))
    }
}

impl<K, A, B, J> JoinSpec<K, (A, B), J> for Within
where
    K: Key,
    A: Clone + Send + 'static,
    B: Clone + Send + 'static,
    J: JoinKind<(A, B)>,
{
    type Factory = (Self, PhantomData<fn() -> (A, B, J)>);
    type Counted = Self::Factory;
    type Overflow = Infallible;
    const LOSES: bool = J::REQUIRED != 0;

    /// The events of the side that waits longer are there when those of the other arrive, which
    /// then need not wait.
    fn reads_first(&self) -> ReadFirst {
        if self.after > self.before { ReadFirst::First } else { ReadFirst::Other }
    }

    fn factory(self) -> Self::Factory {
        (self, PhantomData)
    }

    fn counted(self) -> Self::Counted {
        (self, PhantomData)
    }
}

impl<K, A, B, J> StoreFactory<K, OneOf2<A, B>> for (Within, PhantomData<fn() -> (A, B, J)>)
where
    K: Key,
    A: Clone + Send + 'static,
    B: Clone + Send + 'static,
    J: JoinKind<(A, B)>,
{
    type Store = WithinStore<K, A, B, J>;

    fn store(&self) -> Self::Store {
        let Within { before, after } = self.0;
        WithinStore::new(before, after)
    }
}
