//! Jobs without time.

use crate::keyed::count;
use crate::nexmark::{q00, q01};
use crate::stateless::{Event, keep, scale, shift};
use ::nexmark::event::Event as Auction;
use millstream::prelude::*;
use std::hint::black_box;

/// A sink that only reads its events.
pub(super) fn seen<T: Send + 'static>() -> impl Sink<T> {
    for_each(|value| drop(black_box(value)))
}

/// Selects one in a thousand results; the others stay in their instance, like stored results.
#[operator]
pub(super) async fn rare(value: u64) -> Option<u64> {
    value.is_multiple_of(1_024).then_some(value)
}

/// Map, filter, map.
pub fn chain(events: impl Iterator<Item = Event> + Send + 'static) -> Topology {
    topology!(source(from_iter(events)) >> scale >> keep >> shift >> sink(seen()))
}

/// A running count for each key.
pub fn counts(events: impl Iterator<Item = Event> + Send + 'static, instances: usize) -> Topology {
    topology!(
        source(from_iter(events))
            >> by(|event| event.key)
            >> count * instances
            >> rare * instances
            >> sink(seen()),
    )
}

/// Each event becomes ten.
pub fn flat_map(events: impl Iterator<Item = Event> + Send + 'static) -> Topology {
    topology!(
        source(from_iter(events))
            >> flat_map(
                |event: Event| (0..10).map(move |n| Event { id: event.id * 10 + n, ..event })
            )
            >> sink(seen()),
    )
}

/// One stream to four operators, and all their results to one sink.
pub fn fan_out(events: impl Iterator<Item = Event> + Send + 'static) -> Topology {
    topology!(
        events = source(from_iter(events)),
        first = events >> map(|event| event.id ^ event.key),
        second = events >> map(|event| (event.id * 3) ^ event.key),
        third = events >> map(|event| (event.id * 5) ^ event.key),
        fourth = events >> map(|event| (event.id * 7) ^ event.key),
        [first, second, third, fourth] >> sink(seen()),
    )
}

/// q1 of Nexmark: prices in another currency.
pub fn currency(events: impl Iterator<Item = Auction> + Send + 'static) -> Topology {
    q01::q1(from_iter(events), seen(), 1)
}

/// q0 of Nexmark: every bid.
pub fn bids(events: impl Iterator<Item = Auction> + Send + 'static) -> Topology {
    q00::q0(from_iter(events), seen(), 1)
}
