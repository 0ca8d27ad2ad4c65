//! q2: the bids of some auctions.

use super::{PlainBid, bid_row};
use millstream::prelude::*;
use nexmark::event::Event;
use serde::Serialize;

/// A bid in one of the auctions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Row {
    pub auction: usize,
    pub price: usize,
}

#[operator]
async fn chosen(bid: PlainBid) -> Option<Row> {
    bid.auction.is_multiple_of(123).then_some(Row { auction: bid.auction, price: bid.price })
}

/// The bids whose auction is a multiple of 123.
pub fn q2(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q2").instances(instances),
        source(events) >> shuffle >> bid_row >> chosen >> sink(rows),
    )
}
