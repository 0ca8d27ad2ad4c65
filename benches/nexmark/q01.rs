//! q1: prices in another currency.

use super::{PlainBid, bid_row};
use millstream::prelude::*;
use nexmark::event::Event;
use serde::Serialize;

/// Euros for a dollar.
pub const RATE: f64 = 0.908;

/// A bid with its price in euros.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Row {
    pub auction: usize,
    pub bidder: usize,
    pub price: f64,
    pub date_time: u64,
}

#[operator]
async fn in_euros(bid: PlainBid) -> Row {
    let PlainBid { auction, bidder, price, date_time } = bid;
    Row { auction, bidder, price: RATE * price as f64, date_time }
}

/// Every bid with its price in euros.
pub fn q1(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q1").instances(instances),
        source(events) >> shuffle >> bid_row >> in_euros >> sink(rows),
    )
}
