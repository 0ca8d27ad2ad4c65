//! q22: the directories in each bid's url.

use super::bid;
use millstream::prelude::*;
use nexmark::event::{Bid, Event};
use serde::Serialize;

/// A bid with the directories of its url.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub auction: usize,
    pub bidder: usize,
    pub price: usize,
    pub dir1: String,
    pub dir2: String,
    pub dir3: String,
}

#[operator]
async fn directories(bid: Bid) -> Row {
    // `https:`, an empty part and the host precede the first directory.
    let mut parts = bid.url.split('/').skip(3).map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    let (dir1, dir2, dir3) = (next(), next(), next());
    Row { auction: bid.auction, bidder: bid.bidder, price: bid.price, dir1, dir2, dir3 }
}

/// Every bid with the directories of its url.
pub fn q22(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q22").instances(instances),
        source(events) >> shuffle >> bid >> directories >> sink(rows),
    )
}
