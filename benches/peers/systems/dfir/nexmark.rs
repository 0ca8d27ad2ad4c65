//! Queries of Nexmark.
//!
//! q3 is a join in one tick, since a join that never drops its sides would emit all pairs again in
//! each tick. q5 counts in ticks of 2 s; the windows of q7 and q8 end with a tick. q4 emits a
//! result per event, with its state in a closure.

use super::{Ready, sum, ticks};
use crate::auctions::Auctions;
use crate::systems::rows::{Means, TakeRow};
use dfir_rs::dfir_syntax;
use dfir_rs::util::demux_enum::DemuxEnum;
use millstream_benches::nexmark::by_hand::{Lot, Map, SLIDE, TUMBLE};
use millstream_benches::nexmark::q01::{self, RATE};
use millstream_benches::nexmark::{BASE_TIME, HotWindow, PlainBid, q02, q03, q04, q05, q08};
use nexmark::event::{Bid, Event};
use std::cmp::Ordering;

/// Prepares a query.
pub fn prepare(query: u8, events: Auctions) -> Option<Ready> {
    Some(match query {
        0 => q0(events),
        1 => q1(events),
        2 => q2(events),
        3 => q3(events),
        4 => q4(events),
        5 => q5(events),
        7 => q7(events),
        8 => q8(events),
        _ => return None,
    })
}

fn bid(event: Event) -> Option<Bid> {
    match event {
        Event::Bid(bid) => Some(bid),
        Event::Person(_) | Event::Auction(_) => None,
    }
}

fn q0(events: Auctions) -> Ready {
    sum(|mut part| {
        let mut flow = dfir_syntax! {
            source_iter(events)
                -> filter_map(bid)
                -> map(PlainBid::from)
                -> for_each(|row| part.take(row));
        };
        flow.run_available_sync();
    })
}

fn q1(events: Auctions) -> Ready {
    sum(|mut part| {
        let mut flow = dfir_syntax! {
            source_iter(events)
                -> filter_map(bid)
                -> map(|Bid { auction, bidder, price, date_time, .. }| {
                    q01::Row { auction, bidder, price: RATE * price as f64, date_time }
                })
                -> for_each(|row| part.take(row));
        };
        flow.run_available_sync();
    })
}

fn q2(events: Auctions) -> Ready {
    sum(|mut part| {
        let mut flow = dfir_syntax! {
            source_iter(events)
                -> filter_map(bid)
                -> filter(|bid: &Bid| bid.auction.is_multiple_of(123))
                -> map(|Bid { auction, price, .. }| q02::Row { auction, price })
                -> for_each(|row| part.take(row));
        };
        flow.run_available_sync();
    })
}

/// The events of q3's join.
#[derive(DemuxEnum)]
enum Market {
    /// A person who may buy.
    Local(usize, (String, String, String)),
    /// A seller, and an auction.
    Sale(usize, usize),
}

fn market(event: Event) -> Option<Market> {
    match event {
        Event::Person(person) if matches!(person.state.as_str(), "or" | "id" | "ca") => {
            Some(Market::Local(person.id, (person.name, person.city, person.state)))
        }
        Event::Auction(auction) if auction.category == 10 => {
            Some(Market::Sale(auction.seller, auction.id))
        }
        _ => None,
    }
}

fn q3(events: Auctions) -> Ready {
    sum(|mut part| {
        let mut flow = dfir_syntax! {
            market = source_iter(events) -> filter_map(market) -> demux_enum::<Market>();
            market[Local] -> [0]both;
            market[Sale] -> [1]both;
            both = join_multiset()
                -> map(|(_, ((name, city, state), id))| q03::Row { name, city, state, id })
                -> for_each(|row| part.take(row));
        };
        flow.run_available_sync();
    })
}

/// All auctions, and the totals by category.
#[derive(Default)]
struct Lots {
    lots: Map<usize, Lot>,
    won: Map<usize, (usize, usize)>,
}

impl Lots {
    fn take(&mut self, event: Event) -> Vec<q04::Row> {
        match event {
            Event::Auction(auction) => {
                self.lots.entry(auction.id).or_default().open(&auction, &mut self.won)
            }
            Event::Bid(bid) => {
                let lot = self.lots.entry(bid.auction).or_default();
                lot.bid(bid.into(), &mut self.won).into_iter().collect()
            }
            Event::Person(_) => Vec::new(),
        }
    }
}

fn q4(events: Auctions) -> Ready {
    sum(|part| {
        let mut means = Means::of(part);
        let mut flow = dfir_syntax! {
            source_iter(events)
                -> scan::<'static>(
                    Lots::default,
                    |lots: &mut Lots, event: Event| Some(lots.take(event)),
                )
                -> flatten()
                -> for_each(|row| means.take(row));
        };
        flow.run_available_sync();
    })
}

/// Bids by auction.
type Counts = Map<usize, u64>;

/// The number of panes in a window of q5.
const PANES: usize = (TUMBLE / SLIDE) as usize;

/// The last panes of q5, and the end of the next one.
struct Panes {
    window: HotWindow,
    end: u64,
}

impl Panes {
    /// Adds a pane; returns the auctions with the most bids in the window that ends with it.
    fn take(&mut self, mut pane: Counts) -> Vec<q05::Row> {
        let mut rows = Vec::new();
        self.window.slide(&mut pane, self.end, |row| rows.push(row));
        self.end += SLIDE;
        rows
    }
}

fn q5(events: Auctions) -> Ready {
    sum(|mut part| {
        let from = BASE_TIME;
        let end = from / SLIDE * SLIDE + SLIDE;
        let mut flow = dfir_syntax! {
            source_stream(ticks::by_time(events.into_iter(), Event::timestamp, from, SLIDE))
                -> filter_map(bid)
                -> fold::<'tick>(Counts::default, |counts: &mut Counts, bid: Bid| {
                    *counts.entry(bid.auction).or_default() += 1
                })
                -> scan::<'static>(
                    || Panes { window: HotWindow::default(), end },
                    |panes: &mut Panes, pane: Counts| Some(panes.take(pane)),
                )
                -> flatten()
                -> for_each(|row| part.take(row));
        };
        flow.run_available_sync();
        // The windows that end after the last event.
        for _ in 0..PANES {
            flow.run_tick_sync();
        }
    })
}

/// Selects the highest bids.
fn highest(bids: &mut Vec<PlainBid>, bid: Bid) {
    let price = bids.first().map_or(0, |bid| bid.price);
    match bid.price.cmp(&price) {
        Ordering::Less => {}
        Ordering::Equal => bids.push(bid.into()),
        Ordering::Greater => {
            bids.clear();
            bids.push(bid.into());
        }
    }
}

fn q7(events: Auctions) -> Ready {
    sum(|mut part| {
        let from = BASE_TIME;
        let mut flow = dfir_syntax! {
            source_stream(ticks::by_time(events.into_iter(), Event::timestamp, from, TUMBLE))
                -> filter_map(bid)
                -> fold::<'tick>(Vec::new, highest)
                -> flatten()
                -> for_each(|row| part.take(row));
        };
        flow.run_available_sync();
    })
}

/// The events of q8's join.
#[derive(DemuxEnum)]
enum Arrival {
    /// A person, and the window in which it appeared.
    Person(usize, (String, u64)),
    /// A seller.
    Seller(usize, ()),
}

fn arrival(event: Event) -> Option<Arrival> {
    match event {
        Event::Person(person) => {
            Some(Arrival::Person(person.id, (person.name, person.date_time / TUMBLE * TUMBLE)))
        }
        Event::Auction(auction) => Some(Arrival::Seller(auction.seller, ())),
        Event::Bid(_) => None,
    }
}

fn q8(events: Auctions) -> Ready {
    sum(|mut part| {
        let from = BASE_TIME;
        let mut flow = dfir_syntax! {
            arrivals =
                source_stream(ticks::by_time(events.into_iter(), Event::timestamp, from, TUMBLE))
                -> filter_map(arrival)
                -> demux_enum::<Arrival>();
            arrivals[Person] -> [0]both;
            arrivals[Seller] -> [1]both;
            both = join::<'tick>()
                -> map(|(id, ((name, window_start), ()))| q08::Row { id, name, window_start })
                -> for_each(|row| part.take(row));
        };
        flow.run_available_sync();
    })
}
