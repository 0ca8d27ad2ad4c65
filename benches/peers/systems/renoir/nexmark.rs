//! Queries of Nexmark, at a parallelism of one.
//!
//! Windows of a key start at its first event, not at a multiple of their length. So q5, q7 and q8
//! use one window for all keys: the first event is at a multiple of 10 s.

use super::timed::{Ended, timed, together};
use super::{Part, Ready, batch, sum};
use crate::auctions::Auctions;
use crate::systems::panes::Panes;
use crate::systems::rows::{Means, TakeRow};
use millstream_benches::nexmark::by_hand::{Map, SLIDE, Set, TUMBLE};
use millstream_benches::nexmark::q01::{self, RATE};
use millstream_benches::nexmark::{PlainBid, q02, q03, q04, q05, q08};
use nexmark::event::{Auction, Bid, Event, Person};
use renoir::Stream;
use renoir::operator::Operator;
use renoir::prelude::*;
use std::cmp::{Ordering, Reverse};

type Events = Stream<IteratorSource<Auctions>>;

/// Prepares a query.
pub fn prepare(query: u8, events: Auctions) -> Option<Ready> {
    Some(match query {
        0 => rows(events, q0, |part| part),
        1 => rows(events, q1, |part| part),
        2 => rows(events, q2, |part| part),
        3 => rows(events, q3, |part| part),
        4 => rows(events, q4, Means::of),
        5 => rows(events, q5, |part| part),
        7 => rows(events, q7, |part| part),
        8 => rows(events, q8, |part| part),
        _ => return None,
    })
}

/// Runs a query on all events.
fn rows<O: Operator + 'static, S: TakeRow<O::Out>>(
    events: Auctions,
    query: fn(Events) -> Stream<O>,
    sum_of: fn(Part) -> S,
) -> Ready {
    sum(1, move |context, part| {
        let events = context.stream_iter(events).batch_mode(batch());
        let mut sum = sum_of(part);
        query(events).for_each(move |row| {
            let sum = &mut sum;
            sum.take(row);
        });
    })
}

fn tumbling(millis: u64) -> EventTimeWindow {
    EventTimeWindow::tumbling(millis as i64)
}

/// q0.
fn q0(events: Events) -> Stream<impl Operator<Out = PlainBid>> {
    events.filter_map(|event| match event {
        Event::Bid(bid) => Some(bid.into()),
        _ => None,
    })
}

/// q1.
fn q1(events: Events) -> Stream<impl Operator<Out = q01::Row>> {
    events.filter_map(|event| match event {
        Event::Bid(Bid { auction, bidder, price, date_time, .. }) => {
            Some(q01::Row { auction, bidder, price: RATE * price as f64, date_time })
        }
        _ => None,
    })
}

/// q2.
fn q2(events: Events) -> Stream<impl Operator<Out = q02::Row>> {
    events.filter_map(|event| match event {
        Event::Bid(Bid { auction, price, .. }) if auction.is_multiple_of(123) => {
            Some(q02::Row { auction, price })
        }
        _ => None,
    })
}

/// q3.
fn q3(events: Events) -> Stream<impl Operator<Out = q03::Row>> {
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

/// When an auction is open, and its category.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Lot {
    id: usize,
    category: usize,
    from: u64,
    until: u64,
}

/// q4: the best bid of an auction, and the totals by category.
fn q4(events: Events) -> Stream<impl Operator<Out = q04::Row>> {
    let mut routes = events
        .route()
        .add_route(|event| matches!(event, Event::Auction(_)))
        .add_route(|event| matches!(event, Event::Bid(_)))
        .build();
    let bids = routes.swap_remove(1).filter_map(|event| match event {
        Event::Bid(bid) => Some(PlainBid::from(bid)),
        _ => None,
    });
    let lots = routes.swap_remove(0).filter_map(|event| match event {
        Event::Auction(Auction { id, category, date_time, expires, .. }) => {
            Some(Lot { id, category, from: date_time, until: expires })
        }
        _ => None,
    });
    let offers = lots
        .join(bids, |lot| lot.id, |bid| bid.auction)
        .filter(|(_, (lot, bid))| (lot.from..=lot.until).contains(&bid.date_time));
    let mut best: Option<PlainBid> = None;
    let wins = offers.rich_filter_map(move |(_, (lot, bid))| {
        let order = |bid: &PlainBid| (Reverse(bid.price), bid.date_time, bid.bidder);
        if best.is_some_and(|best| order(&best) <= order(&bid)) {
            return None;
        }
        let before = best.replace(bid).map(|before| before.price);
        Some((lot.category, before, bid.price))
    });
    let (mut auctions, mut sum) = (0_usize, 0_usize);
    let means = wins.drop_key().group_by(|(category, ..)| *category).rich_map(
        move |(category, (_, before, price))| {
            match before {
                Some(before) => sum -= before,
                None => auctions += 1,
            }
            sum += price;
            q04::Row { category: *category, mean: sum as f64 / auctions as f64 }
        },
    );
    means.drop_key()
}

/// q5: panes of 2 s are windows, combined by hand.
fn q5(events: Events) -> Stream<impl Operator<Out = q05::Row>> {
    let auctions = timed(events, Event::timestamp).filter_map(|event| match event {
        Event::Bid(bid) => Some(bid.auction),
        _ => None,
    });
    let count = |counts: &mut Map<usize, u64>, auction: &usize| {
        *counts.entry(*auction).or_default() += 1;
    };
    let counts = auctions.window_all(tumbling(SLIDE)).fold(Map::default(), count).drop_key();
    let mut panes = Panes::default();
    together(counts, move |ended, rows| match ended {
        Ended::Window(counts, until) => {
            *panes.pane(until - SLIDE) = counts;
            panes.close(until, rows);
        }
        Ended::All => panes.close(u64::MAX, rows),
    })
}

/// q7.
fn q7(events: Events) -> Stream<impl Operator<Out = PlainBid>> {
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
    let bids = timed(events, Event::timestamp).filter_map(|event| match event {
        Event::Bid(bid) => Some(PlainBid::from(bid)),
        _ => None,
    });
    bids.window_all(tumbling(TUMBLE)).fold(Vec::new(), keep).drop_key().flatten()
}

/// The persons and sellers of a window, and the time of one of them.
#[derive(Clone, Default)]
struct Arrivals {
    time: u64,
    persons: Map<usize, String>,
    sellers: Set<usize>,
}

/// q8.
fn q8(events: Events) -> Stream<impl Operator<Out = q08::Row>> {
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
    let deeds = timed(events, Event::timestamp).filter_map(|event| match event {
        Event::Person(person) => Some((person.date_time, person.id, Some(person.name))),
        Event::Auction(auction) => Some((auction.date_time, auction.seller, None)),
        Event::Bid(_) => None,
    });
    let arrivals = deeds.window_all(tumbling(TUMBLE)).fold(Arrivals::default(), keep);
    arrivals.drop_key().flat_map(rows)
}
