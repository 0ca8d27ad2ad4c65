//! q4: mean winning price by category.

use super::partner::{AUCTION_BEFORE_BID, Trade, Win, in_time, kind, trade, winning};
use millstream::prelude::*;
use nexmark::event::Event;
use serde::Serialize;

/// The mean of the winning prices of a category; a later row replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Row {
    pub category: usize,
    #[serde(rename = "final")]
    pub mean: f64,
}

/// The auctions of a category that have a bid.
#[derive(Debug, Default)]
struct Won {
    auctions: usize,
    sum: usize,
}

#[operator]
async fn average(win: Win, won: &mut Won) -> Row {
    match win.before {
        Some(before) => won.sum -= before.price,
        None => won.auctions += 1,
    }
    won.sum += win.offer.bid.price;
    let mean = won.sum as f64 / won.auctions as f64;
    Row { category: win.offer.auction.category, mean }
}

/// The mean of the winning prices of each category.
pub fn q4(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q4").instances(instances),
        trades = source(events) >> trade * 1 >> event_time(Trade::time, lateness(0.secs())) >> kind,
        offers = (trades.bid >> by(|bid| bid.auction), trades.auction >> by(|auction| auction.id))
            >> join(within(AUCTION_BEFORE_BID, 0.secs())),
        offers
            >> in_time
            >> by(|offer| offer.auction.id)
            >> winning
            >> by(|win| win.offer.auction.category)
            >> average
            >> sink(rows),
        offers.unmatched >> ignore,
        offers.late >> ignore,
    )
}
