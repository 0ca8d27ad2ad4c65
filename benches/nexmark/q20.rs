//! q20: bids joined with their auction.

use super::PlainBid;
use super::partner::{AHEAD, AUCTION_BEFORE_BID, PlainAuction, Trade, kind, trade};
use millstream::prelude::*;
use nexmark::event::Event;
use serde::Serialize;

/// A bid with its auction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Row {
    #[serde(flatten)]
    pub bid: PlainBid,
    pub seller: usize,
    pub expires: u64,
}

#[operator]
async fn expanded((bid, auction): (PlainBid, PlainAuction)) -> Row {
    Row { bid, seller: auction.seller, expires: auction.expires }
}

/// The bids in auctions of category 10, with their auction.
pub fn q20(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q20").instances(instances),
        trades = source(events) >> trade * 1 >> event_time(Trade::time, lateness(0.secs())) >> kind,
        auctions = trades.auction >> filter(|auction| auction.category == 10) * 1,
        joined = (trades.bid >> by(|bid| bid.auction), auctions >> by(|auction| auction.id))
            >> join(within(AUCTION_BEFORE_BID, AHEAD)),
        joined >> expanded >> sink(rows),
        joined.unmatched >> ignore,
        joined.late >> ignore,
    )
}
