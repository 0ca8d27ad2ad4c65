//! q6: mean winning price by seller.

use super::partner::{AUCTION_BEFORE_BID, Trade, Win, in_time, kind, trade, winning};
use millstream::prelude::*;
use nexmark::event::Event;
use serde::Serialize;

/// The number of earlier auctions averaged with an auction.
const PRECEDING: usize = 10;

/// The mean of the last prices of a seller up to an auction; a later row of the auction replaces
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Row {
    pub seller: usize,
    pub auction: usize,
    pub avg_price: f64,
}

/// The price of a seller's auction, in the order in which auctions were won.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Sold {
    date_time: u64,
    auction: usize,
    price: usize,
}

/// Emits the rows that change: those of the auction and of the ten after it, at its old position
/// too.
#[operator]
async fn average(win: Win, all: &mut Vec<Sold>) -> Vec<Row> {
    let (auction, seller) = (win.offer.auction.id, win.offer.auction.seller);
    let sold = |price, date_time| Sold { date_time, auction, price };
    let before = win.before.and_then(|bid| {
        let place = all.binary_search(&sold(bid.price, bid.date_time)).ok()?;
        all.remove(place);
        Some(place)
    });
    let sold = sold(win.offer.bid.price, win.offer.bid.date_time);
    let place = all.partition_point(|other| *other < sold);
    all.insert(place, sold);
    let (first, last) = before.map_or((place, place), |old| (place.min(old), place.max(old)));
    let end = all.len().min(last + PRECEDING + 1);
    (first..end).filter_map(|place| row(seller, all, place)).collect()
}

fn row(seller: usize, all: &[Sold], place: usize) -> Option<Row> {
    let counted = all.get(place.saturating_sub(PRECEDING)..=place)?;
    let sum: usize = counted.iter().map(|sold| sold.price).sum();
    let auction = counted.last()?.auction;
    Some(Row { seller, auction, avg_price: sum as f64 / counted.len() as f64 })
}

/// For each auction with a bid, the mean of the winning prices of its seller's last 11 auctions.
pub fn q6(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q6").instances(instances),
        trades = source(events) >> trade * 1 >> event_time(Trade::time, lateness(0.secs())) >> kind,
        offers = (trades.bid >> by(|bid| bid.auction), trades.auction >> by(|auction| auction.id))
            >> join(within(AUCTION_BEFORE_BID, 0.secs())),
        offers
            >> in_time
            >> by(|offer| offer.auction.id)
            >> winning
            >> by(|win| win.offer.auction.seller)
            >> average
            >> sink(rows),
        offers.unmatched >> ignore,
        offers.late >> ignore,
    )
}
