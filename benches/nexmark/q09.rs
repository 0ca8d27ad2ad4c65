//! q9: winning bids.

use super::partner::{AUCTION_BEFORE_BID, Trade, Win, in_time, kind, trade, winning};
use millstream::prelude::*;
use nexmark::event::Event;
use serde::Serialize;

/// The winning bid of an auction; a later row of the auction replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Row {
    pub id: usize,
    pub auction: usize,
    pub bidder: usize,
    pub price: usize,
    pub bid_date_time: u64,
}

#[operator]
async fn winner(win: Win) -> Row {
    let bid = win.offer.bid;
    Row {
        id: win.offer.auction.id,
        auction: bid.auction,
        bidder: bid.bidder,
        price: bid.price,
        bid_date_time: bid.date_time,
    }
}

/// The winning bid of each auction with a valid bid.
pub fn q9(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q9").instances(instances),
        trades = source(events) >> trade * 1 >> event_time(Trade::time, lateness(0.secs())) >> kind,
        offers = (trades.bid >> by(|bid| bid.auction), trades.auction >> by(|auction| auction.id))
            >> join(within(AUCTION_BEFORE_BID, 0.secs())),
        offers >> in_time >> by(|offer| offer.auction.id) >> winning >> winner >> sink(rows),
        offers.unmatched >> ignore,
        offers.late >> ignore,
    )
}
