//! q18: the last bid of each bidder in each auction.

use super::{PlainBid, bid};
use millstream::prelude::*;
use nexmark::event::{Bid, Event};

/// Emits a bid that is not older than the last one. A later one replaces it.
#[operator]
async fn last(bid: Bid, date_time: &mut u64) -> Option<PlainBid> {
    if bid.date_time < *date_time {
        return None;
    }
    *date_time = bid.date_time;
    Some(bid.into())
}

/// The last bid of each bidder in each auction.
pub fn q18(events: impl Source<Event>, rows: impl Sink<PlainBid>, instances: usize) -> Topology {
    topology!(
        job("q18").instances(instances),
        bids = source(events) >> bid * 1,
        bids >> by(|bid| (bid.bidder, bid.auction)) >> last >> sink(rows),
    )
}
