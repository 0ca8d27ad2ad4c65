//! q23: bids with their auction and its seller.

use super::event::time;
use super::partner::{
    AHEAD, AUCTION_BEFORE_BID, PERSON_BEFORE_AUCTION, PlainAuction, plain_auction, plain_bid,
};
use super::{PlainBid, entry};
use millstream::prelude::*;
use nexmark::event::{Event, Person};
use serde::Serialize;

/// A bid with the name of the auction's seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub auction: usize,
    pub bidder: usize,
    pub price: usize,
    pub seller_name: String,
}

/// A person's id and name.
type Named = (usize, String);

#[operator]
async fn named(person: Person) -> Named {
    (person.id, person.name)
}

#[operator]
async fn sold(((bid, _), seller): ((PlainBid, PlainAuction), Named)) -> Row {
    Row { auction: bid.auction, bidder: bid.bidder, price: bid.price, seller_name: seller.1 }
}

/// The bids that match an auction and its seller.
pub fn q23(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q23").instances(instances),
        entries = source(events) >> event_time(time, lateness(0.secs())) >> entry * 1,
        bids = entries.bid >> plain_bid * 1,
        auctions = entries.auction >> plain_auction * 1,
        persons = entries.person >> named * 1,
        offers = (bids >> by(|bid| bid.auction), auctions >> by(|auction| auction.id))
            >> join(within(AUCTION_BEFORE_BID, AHEAD)),
        sales = (offers >> by(|offer| offer.1.seller), persons >> by(|person| person.0))
            >> join(within(PERSON_BEFORE_AUCTION, AHEAD)),
        sales >> sold >> sink(rows),
        offers.unmatched >> ignore,
        offers.late >> ignore,
        sales.unmatched >> ignore,
        sales.late >> ignore,
    )
}
