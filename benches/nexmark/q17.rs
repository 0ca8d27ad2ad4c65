//! q17: the prices of each auction on each day.

use super::{Day, Rank, bid};
use millstream::prelude::*;
use nexmark::event::{Bid, Event};
use serde::Serialize;

/// The prices of an auction on a day; a later row of both replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Row {
    pub auction: usize,
    pub day: Day,
    pub total_bids: usize,
    pub rank1_bids: usize,
    pub rank2_bids: usize,
    pub rank3_bids: usize,
    pub min_price: usize,
    pub max_price: usize,
    pub avg_price: f64,
    pub sum_price: usize,
}

#[operator]
async fn prices(bid: Bid, last: &mut Option<Row>) -> Row {
    let (auction, price) = (bid.auction, bid.price);
    let row = last.get_or_insert_with(|| Row::new(auction, Day::of(bid.date_time), price));
    row.add(price);
    *row
}

impl Row {
    /// Prices without a bid; `price` is that of the first one.
    const fn new(auction: usize, day: Day, price: usize) -> Self {
        Self {
            auction,
            day,
            total_bids: 0,
            rank1_bids: 0,
            rank2_bids: 0,
            rank3_bids: 0,
            min_price: price,
            max_price: price,
            avg_price: 0.0,
            sum_price: 0,
        }
    }

    fn add(&mut self, price: usize) {
        self.total_bids += 1;
        match Rank::of(price) {
            Rank::First => self.rank1_bids += 1,
            Rank::Second => self.rank2_bids += 1,
            Rank::Third => self.rank3_bids += 1,
        }
        self.min_price = self.min_price.min(price);
        self.max_price = self.max_price.max(price);
        self.sum_price += price;
        self.avg_price = self.sum_price as f64 / self.total_bids as f64;
    }
}

/// The number of bids, and the prices, of each auction on each day.
pub fn q17(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q17").instances(instances),
        bids = source(events) >> bid * 1,
        bids >> by(|bid| (bid.auction, Day::of(bid.date_time).number())) >> prices >> sink(rows),
    )
}
