//! q20: bids with what is known of their auction.

use super::event::time;
use super::partner::{AHEAD, AUCTION_BEFORE_BID, PlainAuction, plain_auction, plain_bid};
use super::{PlainBid, entry};
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
        entries = source(events) >> event_time(time, lateness(0.secs())) >> entry * 1,
        entries.person >> ignore,
        bids = entries.bid >> plain_bid * 1,
        auctions =
            entries.auction >> plain_auction * 1 >> filter(|auction| auction.category == 10) * 1,
        joined = (bids >> by(|bid| bid.auction), auctions >> by(|auction| auction.id))
            >> join(within(AUCTION_BEFORE_BID, AHEAD)),
        joined >> expanded >> sink(rows),
        joined.unmatched >> ignore,
        joined.late >> ignore,
    )
}
