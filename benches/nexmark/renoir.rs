//! The same queries in Renoir, at a parallelism of one.
//!
//! Written with its own operators, as its examples are: windows, routes and joins. An operator that
//! groups or splits begins a block, which has a thread of its own and is handed batches.
//!
//! Windows begin at the first event of a key there, not at a multiple of their length. So q5, q7
//! and q8 look at all keys in one window: the first event is at a multiple of 10 s.

use super::panes::Panes;
use millstream_benches::nexmark::by_hand::{Map, SLIDE, Set, TUMBLE};
use millstream_benches::nexmark::q01::{self, RATE};
use millstream_benches::nexmark::{PlainBid, q02, q03, q05, q08};
use millstream_benches::stateless::Checksum;
use nexmark::event::{Auction, Bid, Event, Person};
use renoir::Stream;
use renoir::operator::{Operator, StreamElement};
use renoir::prelude::*;
use std::cmp::Ordering;
use std::sync::Arc;
use std::sync::atomic::{self, AtomicU64};
use std::vec::IntoIter;

/// How many elements are handed from block to block at once, and come between two watermarks.
const BATCH: usize = 1_024;

type Events = Stream<IteratorSource<IntoIter<Event>>>;

/// A checksum of which each replica of an operator has its own part.
struct Part {
    result: Arc<AtomicU64>,
    sum: Checksum,
}

impl Part {
    fn of(result: &Arc<AtomicU64>) -> Self {
        Self { result: Arc::clone(result), sum: Checksum::new(result) }
    }
}

impl Clone for Part {
    fn clone(&self) -> Self {
        Self::of(&self.result)
    }
}

/// Runs a query on all events; the checksum of its rows.
pub fn run<R: 'static, O: Operator<Out = R> + 'static>(
    events: Vec<Event>,
    query: fn(Events) -> Stream<O>,
    digest: fn(&R) -> u64,
) -> u64 {
    let config = match RuntimeConfig::local(1) {
        Ok(config) => config,
        Err(error) => panic!("no Renoir: {error}"),
    };
    let context = StreamContext::new(config);
    let events = context.stream_iter(events.into_iter()).batch_mode(BatchMode::fixed(BATCH));
    let result = Arc::new(AtomicU64::new(0));
    let mut part = Part::of(&result);
    query(events).for_each(move |row| {
        let part = &mut part;
        part.sum.add(digest(&row));
    });
    context.execute_blocking();
    result.load(atomic::Ordering::Relaxed)
}

/// Events in event time. A watermark says that no event at or before it comes any more, and several
/// events are in one millisecond.
fn timed(events: Events) -> Stream<impl Operator<Out = Event>> {
    let mut seen = 0;
    events.add_timestamps(
        |event| event.timestamp() as i64,
        move |_, now| {
            seen = (seen + 1) % BATCH;
            (seen == 0).then_some(now - 1)
        },
    )
}

fn tumbling(millis: u64) -> EventTimeWindow {
    EventTimeWindow::tumbling(millis as i64)
}

/// q1.
pub fn q1(events: Events) -> Stream<impl Operator<Out = q01::Row>> {
    events.filter_map(|event| match event {
        Event::Bid(Bid { auction, bidder, price, date_time, .. }) => {
            Some(q01::Row { auction, bidder, price: RATE * price as f64, date_time })
        }
        _ => None,
    })
}

/// q2.
pub fn q2(events: Events) -> Stream<impl Operator<Out = q02::Row>> {
    events.filter_map(|event| match event {
        Event::Bid(Bid { auction, price, .. }) if auction.is_multiple_of(123) => {
            Some(q02::Row { auction, price })
        }
        _ => None,
    })
}

/// q3.
pub fn q3(events: Events) -> Stream<impl Operator<Out = q03::Row>> {
    fn is_local(event: &Event) -> bool {
        matches!(event, Event::Person(one) if matches!(one.state.as_str(), "or" | "id" | "ca"))
    }
    fn is_sale(event: &Event) -> bool {
        matches!(event, Event::Auction(Auction { category: 10, .. }))
    }
    let mut routes = events.route().add_route(is_local).add_route(is_sale).build();
    let sales = routes.swap_remove(1).filter_map(|event| match event {
        Event::Auction(auction) => Some((auction.seller, auction.id)),
        _ => None,
    });
    let locals = routes.swap_remove(0).filter_map(|event| match event {
        Event::Person(Person { id, name, city, state, .. }) => Some((id, name, city, state)),
        _ => None,
    });
    let sold = locals.join(sales, |(id, ..)| *id, |(seller, _)| *seller).drop_key();
    sold.map(|((_, name, city, state), (_, id))| q03::Row { name, city, state, id })
}

/// q5: panes of 2 s are windows, and are put together by hand.
pub fn q5(events: Events) -> Stream<impl Operator<Out = q05::Row>> {
    let auctions = timed(events).filter_map(|event| match event {
        Event::Bid(bid) => Some(bid.auction),
        _ => None,
    });
    let count = |counts: &mut Map<usize, u64>, auction: &usize| {
        *counts.entry(*auction).or_default() += 1;
    };
    let counts = auctions.window_all(tumbling(SLIDE)).fold(Map::default(), count).drop_key();
    let (mut panes, mut rows, mut end) = (Panes::default(), Vec::new(), None);
    counts.rich_map_custom(move |mut counts| {
        loop {
            if let Some(row) = rows.pop() {
                return StreamElement::Item(row);
            }
            if let Some(end) = end.take() {
                return end;
            }
            match counts.next() {
                StreamElement::Timestamped(counts, until) => {
                    let until = until as u64;
                    *panes.pane(until - SLIDE) = counts;
                    panes.close(until, &mut rows);
                }
                StreamElement::FlushAndRestart => {
                    panes.close(u64::MAX, &mut rows);
                    end = Some(StreamElement::FlushAndRestart);
                }
                StreamElement::Terminate => return StreamElement::Terminate,
                StreamElement::FlushBatch => return StreamElement::FlushBatch,
                StreamElement::Item(_) | StreamElement::Watermark(_) => {}
            }
        }
    })
}

/// q7.
pub fn q7(events: Events) -> Stream<impl Operator<Out = PlainBid>> {
    fn keep(highest: &mut Vec<PlainBid>, bid: &PlainBid) {
        let price = highest.first().map_or(0, |bid| bid.price);
        match bid.price.cmp(&price) {
            Ordering::Less => {}
            Ordering::Equal => highest.push(*bid),
            Ordering::Greater => {
                highest.clear();
                highest.push(*bid);
            }
        }
    }
    let bids = timed(events).filter_map(|event| match event {
        Event::Bid(bid) => Some(PlainBid::from(bid)),
        _ => None,
    });
    bids.window_all(tumbling(TUMBLE)).fold(Vec::new(), keep).drop_key().flatten()
}

/// The persons and sellers of a window, and when one of them came.
#[derive(Clone, Default)]
struct Arrivals {
    time: u64,
    persons: Map<usize, String>,
    sellers: Set<usize>,
}

/// q8.
pub fn q8(events: Events) -> Stream<impl Operator<Out = q08::Row>> {
    /// A person's time, number and name, or an auction's time and seller.
    type Deed = (u64, usize, Option<String>);
    fn keep(arrivals: &mut Arrivals, (time, id, name): &Deed) {
        arrivals.time = *time;
        match name {
            Some(name) => drop(arrivals.persons.insert(*id, name.clone())),
            None => drop(arrivals.sellers.insert(*id)),
        }
    }
    fn rows(Arrivals { time, persons, sellers }: Arrivals) -> Vec<q08::Row> {
        let window_start = time / TUMBLE * TUMBLE;
        let both = persons.into_iter().filter(|(id, _)| sellers.contains(id));
        both.map(|(id, name)| q08::Row { id, name, window_start }).collect()
    }
    let deeds = timed(events).filter_map(|event| match event {
        Event::Person(person) => Some((person.date_time, person.id, Some(person.name))),
        Event::Auction(auction) => Some((auction.date_time, auction.seller, None)),
        Event::Bid(_) => None,
    });
    let arrivals = deeds.window_all(tumbling(TUMBLE)).fold(Arrivals::default(), keep);
    arrivals.drop_key().flat_map(rows)
}
