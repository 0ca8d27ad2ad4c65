//! The events: their generator, their times, and their kinds.

use super::PlainBid;
use millstream::prelude::*;
use nexmark::EventGenerator;
use nexmark::config::NexmarkConfig;
use nexmark::event::{Auction, Bid, Event, Person};

/// The time of the first event: 2020-09-13 12:26:40 UTC, in milliseconds since the epoch.
pub const BASE_TIME: u64 = 1_600_000_000_000;

/// The microseconds between two events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace(usize);

impl Pace {
    /// The pace of the benchmark: 10,000 events a second.
    pub const DEFAULT: Self = Self(100);

    /// An event every `gap` microseconds.
    pub const fn micros(gap: usize) -> Self {
        Self(gap)
    }
}

/// The first `count` events of the benchmark.
pub fn events(count: usize) -> Vec<Event> {
    events_at(Pace::DEFAULT, count)
}

/// The first events at another pace: the same persons, auctions and bids, at other times.
pub fn events_at(pace: Pace, count: usize) -> Vec<Event> {
    stream(pace).take(count).collect()
}

/// All events, in order, without end.
pub fn stream(pace: Pace) -> impl Iterator<Item = Event> {
    let config = NexmarkConfig {
        base_time: BASE_TIME,
        first_rate: 1,
        next_rate: 1,
        us_per_unit: pace.0,
        ..NexmarkConfig::default()
    };
    EventGenerator::new(config)
}

/// The same event without the texts that q0 to q8 do not use.
///
/// Freeing the texts costs more than these queries, and how much depends on the state of the
/// allocator: without them, the engine is measured and not the allocator.
pub fn without_texts(mut event: Event) -> Event {
    let texts = match &mut event {
        Event::Person(person) => {
            [&mut person.email_address, &mut person.credit_card, &mut person.extra]
        }
        Event::Auction(auction) => {
            [&mut auction.item_name, &mut auction.description, &mut auction.extra]
        }
        Event::Bid(bid) => [&mut bid.channel, &mut bid.url, &mut bid.extra],
    };
    texts.into_iter().for_each(|text| *text = String::new());
    event
}

/// The time of an event. The generator emits in order of time.
pub fn time(event: &Event) -> EventTime {
    millis(event.timestamp())
}

/// A time in milliseconds since the epoch.
pub(super) fn millis(date_time: u64) -> EventTime {
    EventTime::from_millis(i64::try_from(date_time).unwrap_or(i64::MAX))
}

/// Milliseconds since the epoch; 0 for earlier times.
pub(super) fn as_millis(time: EventTime) -> u64 {
    u64::try_from(time.as_micros() / 1_000).unwrap_or(0)
}

/// An event by kind: each kind is an output of its node.
#[derive(Debug, Clone, PartialEq, Eq, Outputs)]
pub enum Entry {
    /// A new person.
    Person(Person),
    /// A new auction.
    Auction(Auction),
    /// A bid in an auction.
    Bid(Bid),
}

/// Splits events by kind.
#[operator]
pub async fn entry(event: Event) -> Entry {
    match event {
        Event::Person(person) => Entry::Person(person),
        Event::Auction(auction) => Entry::Auction(auction),
        Event::Bid(bid) => Entry::Bid(bid),
    }
}

/// Drops an event of another kind, moved out in an arm of its own, as in [`by_hand`].
///
/// [`by_hand`]: super::by_hand
#[inline(always)]
pub(super) fn no_row<E, R>(_: E) -> Option<R> {
    None
}

/// Selects the bids, without their texts.
#[operator]
pub async fn bid_row(event: Event) -> Option<PlainBid> {
    match event {
        Event::Bid(bid) => Some(PlainBid::from(bid)),
        Event::Auction(auction) => no_row(auction),
        Event::Person(person) => no_row(person),
    }
}

/// Selects the bids.
#[operator]
pub async fn bid(event: Event) -> Option<Bid> {
    match event {
        Event::Bid(bid) => Some(bid),
        Event::Auction(auction) => no_row(auction),
        Event::Person(person) => no_row(person),
    }
}
