//! Some of the queries, hand-written for one thread, for comparison.
//!
//! Each takes the events by value and in order, and passes every row to a function, as the query
//! emits it to its sink.

use super::q01::{self, RATE};
use super::{PlainBid, q02, q03, q04, q05, q08};
use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};
use nexmark::event::{Auction, Bid, Event};
use std::cmp::Ordering;
use std::collections::VecDeque;

/// A table with a fast hash.
pub type Map<K, V> = HashMap<K, V, FixedState>;

/// A set with a fast hash.
pub type Set<K> = HashSet<K, FixedState>;

/// The slide of q5's windows, in milliseconds.
pub const SLIDE: u64 = 2_000;

/// The length of the windows, in milliseconds.
pub const TUMBLE: u64 = 10_000;

const PANES: usize = 5;

/// q0.
pub fn q0(events: impl IntoIterator<Item = Event>, mut row: impl FnMut(PlainBid)) {
    for event in events {
        if let Event::Bid(bid) = event {
            row(bid.into());
        }
    }
}

/// q1.
pub fn q1(events: impl IntoIterator<Item = Event>, mut row: impl FnMut(q01::Row)) {
    for event in events {
        if let Event::Bid(Bid { auction, bidder, price, date_time, .. }) = event {
            row(q01::Row { auction, bidder, price: RATE * price as f64, date_time });
        }
    }
}

/// q2.
pub fn q2(events: impl IntoIterator<Item = Event>, mut row: impl FnMut(q02::Row)) {
    for event in events {
        if let Event::Bid(Bid { auction, price, .. }) = event
            && auction.is_multiple_of(123)
        {
            row(q02::Row { auction, price });
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
            Event::Person(person) if matches!(person.state.as_str(), "or" | "id" | "ca") => {
                let local = (person.name, person.city, person.state);
                let sold = sales.get(&person.id).into_iter().flatten();
                sold.for_each(|id| give(&local, *id));
                locals.insert(person.id, local);
            }
            Event::Auction(auction) if auction.category == 10 => {
                if let Some(local) = locals.get(&auction.seller) {
                    give(local, auction.id);
                }
                sales.entry(auction.seller).or_default().push(auction.id);
            }
            _ => {}
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
            Event::Person(_) => {}
        }
    }
}

/// q5: counts in panes of 2 s, five of which make a window.
pub fn q5(events: impl IntoIterator<Item = Event>, mut row: impl FnMut(q05::Row)) {
    let mut panes: VecDeque<(u64, Map<usize, u64>)> = VecDeque::new();
    let mut until = 0;
    for event in events {
        let Event::Bid(bid) = event else { continue };
        while bid.date_time >= until {
            let start = if panes.is_empty() { bid.date_time / SLIDE * SLIDE } else { until };
            hot(&mut panes, until, &mut row);
            panes.push_back((start, Map::default()));
            until = start + SLIDE;
        }
        if let Some((_, counts)) = panes.back_mut() {
            *counts.entry(bid.auction).or_default() += 1;
        }
    }
    while !panes.is_empty() {
        hot(&mut panes, until, &mut row);
        until += SLIDE;
    }
}

/// The auctions with the most bids in the window that ends at `end`; drops the pane that no later
/// window shares.
fn hot(panes: &mut VecDeque<(u64, Map<usize, u64>)>, end: u64, row: &mut impl FnMut(q05::Row)) {
    let Some((oldest, _)) = panes.front() else { return };
    let window_start = end - SLIDE * PANES as u64;
    let leaves = *oldest == window_start;
    let mut counts: Map<usize, u64> = Map::default();
    for (auction, count) in panes.iter().flat_map(|(_, counts)| counts) {
        *counts.entry(*auction).or_default() += count;
    }
    let most = counts.values().copied().max().unwrap_or_default();
    for (auction, num) in counts.into_iter().filter(|(_, num)| *num == most) {
        row(q05::Row { auction, num, window_start });
    }
    if leaves {
        panes.pop_front();
    }
}

/// q7.
pub fn q7(events: impl IntoIterator<Item = Event>, mut row: impl FnMut(PlainBid)) {
    let (mut window, mut highest) = (0, Vec::<PlainBid>::new());
    for event in events {
        let Event::Bid(bid) = event else { continue };
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
    highest.into_iter().for_each(row);
}

/// q8.
pub fn q8(events: impl IntoIterator<Item = Event>, mut row: impl FnMut(q08::Row)) {
    let mut window = 0;
    let mut persons: Map<usize, String> = Map::default();
    let mut sellers: Set<usize> = Set::default();
    let mut close = |window, persons: &mut Map<usize, String>, sellers: &mut Set<usize>| {
        for (id, name) in persons.drain().filter(|(id, _)| sellers.contains(id)) {
            row(q08::Row { id, name, window_start: window * TUMBLE });
        }
        sellers.clear();
    };
    for event in events {
        let now = event.timestamp() / TUMBLE;
        if now != window {
            close(window, &mut persons, &mut sellers);
            window = now;
        }
        match event {
            Event::Person(person) => drop(persons.insert(person.id, person.name)),
            Event::Auction(auction) => drop(sellers.insert(auction.seller)),
            Event::Bid(_) => {}
        }
    }
    close(window, &mut persons, &mut sellers);
}
