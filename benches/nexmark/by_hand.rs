//! Some of the queries, hand-written for one thread, for comparison.
//!
//! Each takes the events by value and in order, and passes every row to a function, as the query
//! emits it to its sink.
//!
//! A loop over an enum has an arm for each kind, which moves the event out and drops it there. With
//! `if let`, or if the arm only copies fields, the compiler merges the kinds at the drop: it
//! assembles each event of 160 bytes on the stack, and takes it apart again.

use super::q01::{self, RATE};
use super::{HotWindow, PlainBid, q02, q03, q04, q05, q08};
use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};
use nexmark::event::{Auction, Event};
use std::cmp::Ordering;

/// A table with a fast hash.
pub type Map<K, V> = HashMap<K, V, FixedState>;

/// A set with a fast hash.
pub type Set<K> = HashSet<K, FixedState>;

/// The slide of q5's windows, in milliseconds.
pub const SLIDE: u64 = 2_000;

/// The length of the windows, in milliseconds.
pub const TUMBLE: u64 = 10_000;

/// q0.
pub fn q0(events: impl IntoIterator<Item = Event>, mut row: impl FnMut(PlainBid)) {
    for event in events {
        match event {
            Event::Bid(bid) => row(bid.into()),
            Event::Auction(auction) => drop(auction),
            Event::Person(person) => drop(person),
        }
    }
}

/// q1.
pub fn q1(events: impl IntoIterator<Item = Event>, mut row: impl FnMut(q01::Row)) {
    for event in events {
        match event {
            Event::Bid(bid) => {
                let PlainBid { auction, bidder, price, date_time } = bid.into();
                row(q01::Row { auction, bidder, price: RATE * price as f64, date_time });
            }
            Event::Auction(auction) => drop(auction),
            Event::Person(person) => drop(person),
        }
    }
}

/// q2.
pub fn q2(events: impl IntoIterator<Item = Event>, mut row: impl FnMut(q02::Row)) {
    for event in events {
        match event {
            Event::Bid(bid) => {
                let PlainBid { auction, price, .. } = bid.into();
                if auction.is_multiple_of(123) {
                    row(q02::Row { auction, price });
                }
            }
            Event::Auction(auction) => drop(auction),
            Event::Person(person) => drop(person),
        }
    }
}

/// q3: both sides are stored until the end.
pub fn q3(events: impl IntoIterator<Item = Event>, mut row: impl FnMut(q03::Row)) {
    let mut locals: Map<usize, (String, String, String)> = Map::default();
    let mut sales: Map<usize, Vec<usize>> = Map::default();
    let mut give = |(name, city, state): &(String, String, String), id| {
        row(q03::Row { name: name.clone(), city: city.clone(), state: state.clone(), id });
    };
    for event in events {
        match event {
            Event::Bid(bid) => drop(bid),
            Event::Auction(auction) => {
                if auction.category == 10 {
                    if let Some(local) = locals.get(&auction.seller) {
                        give(local, auction.id);
                    }
                    sales.entry(auction.seller).or_default().push(auction.id);
                }
            }
            Event::Person(person) => {
                if matches!(person.state.as_str(), "or" | "id" | "ca") {
                    let local = (person.name, person.city, person.state);
                    let sold = sales.get(&person.id).into_iter().flatten();
                    sold.for_each(|id| give(&local, *id));
                    locals.insert(person.id, local);
                }
            }
        }
    }
}

/// An auction of q4, and its bids so far.
#[derive(Debug, Default)]
pub struct Lot {
    /// Its category, and the first and last time of a valid bid, once it is open.
    opened: Option<(usize, u64, u64)>,
    /// Bids that arrived earlier than the auction.
    waiting: Vec<PlainBid>,
    best: Option<PlainBid>,
}

/// The auctions of a category: their number and total price.
pub type Won = (usize, usize);

impl Lot {
    /// Opens the auction, and checks the earlier bids.
    pub fn open(&mut self, auction: &Auction, won: &mut Map<usize, Won>) -> Vec<q04::Row> {
        self.opened = Some((auction.category, auction.date_time, auction.expires));
        let waiting = std::mem::take(&mut self.waiting);
        waiting.into_iter().filter_map(|bid| self.bid(bid, won)).collect()
    }

    /// Adds a bid; returns the new mean of its category if it is the best so far.
    pub fn bid(&mut self, bid: PlainBid, won: &mut Map<usize, Won>) -> Option<q04::Row> {
        let Some((category, from, until)) = self.opened else {
            self.waiting.push(bid);
            return None;
        };
        let order = |bid: &PlainBid| (std::cmp::Reverse(bid.price), bid.date_time, bid.bidder);
        let better = self.best.is_none_or(|best| order(&bid) < order(&best));
        if !better || !(from..=until).contains(&bid.date_time) {
            return None;
        }
        let (auctions, sum) = won.entry(category).or_default();
        match self.best.replace(bid) {
            Some(before) => *sum -= before.price,
            None => *auctions += 1,
        }
        *sum += bid.price;
        Some(q04::Row { category, mean: *sum as f64 / *auctions as f64 })
    }
}

/// q4: all auctions are stored until the end.
pub fn q4(events: impl IntoIterator<Item = Event>, mut row: impl FnMut(q04::Row)) {
    let mut lots: Map<usize, Lot> = Map::default();
    let mut won: Map<usize, Won> = Map::default();
    for event in events {
        match event {
            Event::Auction(auction) => {
                let lot = lots.entry(auction.id).or_default();
                lot.open(&auction, &mut won).into_iter().for_each(&mut row);
            }
            Event::Bid(bid) => {
                let lot = lots.entry(bid.auction).or_default();
                lot.bid(bid.into(), &mut won).into_iter().for_each(&mut row);
            }
            Event::Person(person) => drop(person),
        }
    }
}

/// q5.
pub fn q5(events: impl IntoIterator<Item = Event>, mut row: impl FnMut(q05::Row)) {
    let (mut window, mut pane, mut until) = (HotWindow::default(), Map::default(), 0);
    for event in events {
        match event {
            Event::Bid(bid) => {
                while bid.date_time >= until {
                    if pane.is_empty() && window.is_empty() {
                        until = bid.date_time / SLIDE * SLIDE + SLIDE;
                    } else {
                        window.slide(&mut pane, until, &mut row);
                        until += SLIDE;
                    }
                }
                *pane.entry(bid.auction).or_default() += 1;
            }
            Event::Auction(auction) => drop(auction),
            Event::Person(person) => drop(person),
        }
    }
    while !(pane.is_empty() && window.is_empty()) {
        window.slide(&mut pane, until, &mut row);
        until += SLIDE;
    }
}

/// q7.
pub fn q7(events: impl IntoIterator<Item = Event>, mut row: impl FnMut(PlainBid)) {
    let (mut window, mut highest) = (0, Vec::<PlainBid>::new());
    for event in events {
        match event {
            Event::Bid(bid) => {
                if bid.date_time / TUMBLE != window {
                    window = bid.date_time / TUMBLE;
                    highest.drain(..).for_each(&mut row);
                }
                let price = highest.first().map_or(0, |bid| bid.price);
                match bid.price.cmp(&price) {
                    Ordering::Less => {}
                    Ordering::Equal => highest.push(bid.into()),
                    Ordering::Greater => {
                        highest.clear();
                        highest.push(bid.into());
                    }
                }
            }
            Event::Auction(auction) => drop(auction),
            Event::Person(person) => drop(person),
        }
    }
    highest.into_iter().for_each(row);
}

/// The persons and sellers of q8's current window.
#[derive(Default)]
struct Arrivals {
    window: u64,
    persons: Map<usize, String>,
    sellers: Set<usize>,
}

impl Arrivals {
    /// Advances to a time; emits the rows of the window before.
    #[inline]
    fn at(&mut self, date_time: u64, row: &mut impl FnMut(q08::Row)) {
        if date_time / TUMBLE != self.window {
            self.close(row);
            self.window = date_time / TUMBLE;
        }
    }

    fn close(&mut self, row: &mut impl FnMut(q08::Row)) {
        let window_start = self.window * TUMBLE;
        for (id, name) in self.persons.drain().filter(|(id, _)| self.sellers.contains(id)) {
            row(q08::Row { id, name, window_start });
        }
        self.sellers.clear();
    }
}

/// q8.
pub fn q8(events: impl IntoIterator<Item = Event>, mut row: impl FnMut(q08::Row)) {
    let mut arrivals = Arrivals::default();
    for event in events {
        match event {
            Event::Bid(bid) => arrivals.at(bid.date_time, &mut row),
            Event::Auction(auction) => {
                arrivals.at(auction.date_time, &mut row);
                arrivals.sellers.insert(auction.seller);
            }
            Event::Person(person) => {
                arrivals.at(person.date_time, &mut row);
                arrivals.persons.insert(person.id, person.name);
            }
        }
    }
    arrivals.close(&mut row);
}
