//! The state of the Nexmark queries: the same logic as by hand, event by event.

use super::tasks::Many;
use millstream_benches::nexmark::by_hand::{Lot, Map, SLIDE, Set, TUMBLE};
use millstream_benches::nexmark::{HotWindow, PlainBid, q03, q04, q05, q08};
use nexmark::event::Event;
use std::cmp::Ordering;

/// q3: persons and auctions.
#[derive(Default)]
pub struct Market {
    locals: Map<usize, (String, String, String)>,
    sales: Map<usize, Vec<usize>>,
}

impl Many<Event, q03::Row> for Market {
    fn take(&mut self, event: Event, rows: &mut Vec<q03::Row>) {
        let row = |(name, city, state): &(String, String, String), id| q03::Row {
            name: name.clone(),
            city: city.clone(),
            state: state.clone(),
            id,
        };
        match event {
            Event::Person(person) if matches!(person.state.as_str(), "or" | "id" | "ca") => {
                let local = (person.name, person.city, person.state);
                let sold = self.sales.get(&person.id).into_iter().flatten();
                rows.extend(sold.map(|id| row(&local, *id)));
                self.locals.insert(person.id, local);
            }
            Event::Auction(auction) if auction.category == 10 => {
                let local = self.locals.get(&auction.seller);
                rows.extend(local.map(|local| row(local, auction.id)));
                self.sales.entry(auction.seller).or_default().push(auction.id);
            }
            _ => {}
        }
    }
}

/// q4: all auctions, and the totals by category.
#[derive(Default)]
pub struct Lots {
    lots: Map<usize, Lot>,
    won: Map<usize, (usize, usize)>,
}

impl Many<Event, q04::Row> for Lots {
    fn take(&mut self, event: Event, rows: &mut Vec<q04::Row>) {
        match event {
            Event::Auction(auction) => {
                let lot = self.lots.entry(auction.id).or_default();
                rows.extend(lot.open(&auction, &mut self.won));
            }
            Event::Bid(bid) => {
                let lot = self.lots.entry(bid.auction).or_default();
                rows.extend(lot.bid(bid.into(), &mut self.won));
            }
            Event::Person(_) => {}
        }
    }
}

/// q5: counts in panes of 2 s, five of which make a window.
#[derive(Default)]
pub struct Hot {
    window: HotWindow,
    pane: Map<usize, u64>,
    until: u64,
}

impl Hot {
    fn is_over(&self) -> bool {
        self.pane.is_empty() && self.window.is_empty()
    }

    /// Emits the auctions with the most bids in the window that ends now.
    fn slide(&mut self, rows: &mut Vec<q05::Row>) {
        self.window.slide(&mut self.pane, self.until, |row| rows.push(row));
        self.until += SLIDE;
    }
}

impl Many<Event, q05::Row> for Hot {
    fn take(&mut self, event: Event, rows: &mut Vec<q05::Row>) {
        let Event::Bid(bid) = event else { return };
        while bid.date_time >= self.until {
            if self.is_over() {
                self.until = bid.date_time / SLIDE * SLIDE + SLIDE;
            } else {
                self.slide(rows);
            }
        }
        *self.pane.entry(bid.auction).or_default() += 1;
    }

    fn finish(&mut self, rows: &mut Vec<q05::Row>) {
        while !self.is_over() {
            self.slide(rows);
        }
    }
}

/// q7: the highest bids of the window.
#[derive(Default)]
pub struct Highest {
    window: u64,
    bids: Vec<PlainBid>,
}

impl Many<Event, PlainBid> for Highest {
    fn take(&mut self, event: Event, rows: &mut Vec<PlainBid>) {
        let Event::Bid(bid) = event else { return };
        if bid.date_time / TUMBLE != self.window {
            self.window = bid.date_time / TUMBLE;
            rows.append(&mut self.bids);
        }
        let price = self.bids.first().map_or(0, |bid| bid.price);
        match bid.price.cmp(&price) {
            Ordering::Less => {}
            Ordering::Equal => self.bids.push(bid.into()),
            Ordering::Greater => {
                self.bids.clear();
                self.bids.push(bid.into());
            }
        }
    }

    fn finish(&mut self, rows: &mut Vec<PlainBid>) {
        rows.append(&mut self.bids);
    }
}

/// q8: the persons and sellers of the window.
#[derive(Default)]
pub struct Newcomers {
    window: u64,
    persons: Map<usize, String>,
    sellers: Set<usize>,
}

impl Many<Event, q08::Row> for Newcomers {
    fn take(&mut self, event: Event, rows: &mut Vec<q08::Row>) {
        let now = event.timestamp() / TUMBLE;
        if now != self.window {
            self.finish(rows);
            self.window = now;
        }
        match event {
            Event::Person(person) => drop(self.persons.insert(person.id, person.name)),
            Event::Auction(auction) => drop(self.sellers.insert(auction.seller)),
            Event::Bid(_) => {}
        }
    }

    fn finish(&mut self, rows: &mut Vec<q08::Row>) {
        let window_start = self.window * TUMBLE;
        let both = self.persons.drain().filter(|(id, _)| self.sellers.contains(id));
        rows.extend(both.map(|(id, name)| q08::Row { id, name, window_start }));
        self.sellers.clear();
    }
}
