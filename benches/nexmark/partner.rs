//! The fields of auctions and persons that joins need, and the time between matches.

use super::PlainBid;
use super::event::{millis, no_row};
use millstream::prelude::*;
use nexmark::event::{Auction, Bid, Event};
use std::time::Duration;

/// How long an auction is stored for its bids. The generator bids in the last 200 auctions, which
/// it opens in a third of a second: this is enough even at a hundredth of the benchmark's pace.
pub const AUCTION_BEFORE_BID: Duration = Duration::from_secs(60);

/// How long an event is stored for an auction or person that arrives later. The generator is ahead
/// by at most 10 of them, 50 ms.
pub const AHEAD: Duration = Duration::from_secs(10);

/// How long a person is stored for auctions. The generator sells for the last 1,000 persons, which
/// it creates in 5 seconds.
pub const PERSON_BEFORE_AUCTION: Duration = Duration::from_secs(600);

/// An auction without its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlainAuction {
    pub id: usize,
    pub seller: usize,
    pub category: usize,
    pub date_time: u64,
    pub expires: u64,
}

impl From<Auction> for PlainAuction {
    #[inline]
    fn from(auction: Auction) -> Self {
        let Auction { id, seller, category, date_time, expires, .. } = auction;
        Self { id, seller, category, date_time, expires }
    }
}

/// Drops the texts of an auction.
#[operator]
pub async fn plain_auction(auction: Auction) -> PlainAuction {
    auction.into()
}

/// Drops the texts of a bid.
#[operator]
pub async fn plain_bid(bid: Bid) -> PlainBid {
    bid.into()
}

/// An event for the joins of bids with their auctions: each kind is an output of its node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Outputs)]
pub enum Trade {
    /// A bid.
    Bid(PlainBid),
    /// An auction.
    Auction(PlainAuction),
}

impl Trade {
    /// Its time.
    pub fn time(&self) -> EventTime {
        match self {
            Self::Bid(bid) => millis(bid.date_time),
            Self::Auction(auction) => millis(auction.date_time),
        }
    }
}

/// Splits trades by kind.
#[operator]
pub async fn kind(trade: Trade) -> Trade {
    trade
}

/// Selects bids and auctions, without their texts.
#[operator]
pub async fn trade(event: Event) -> Option<Trade> {
    match event {
        Event::Bid(bid) => Some(Trade::Bid(bid.into())),
        Event::Auction(auction) => Some(Trade::Auction(auction.into())),
        Event::Person(person) => no_row(person),
    }
}

/// A bid within the time of its auction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    pub auction: PlainAuction,
    pub bid: PlainBid,
}

/// Selects a bid that arrived while its auction was open.
#[operator]
pub async fn in_time((bid, auction): (PlainBid, PlainAuction)) -> Option<Offer> {
    let open = auction.date_time..=auction.expires;
    open.contains(&bid.date_time).then_some(Offer { auction, bid })
}

/// The best bid of an auction so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Win {
    pub offer: Offer,
    /// The previous best bid.
    pub before: Option<PlainBid>,
}

/// Selects a bid that is better than all others of its auction: higher; at the same price, earlier;
/// at the same time, of the lowest bidder.
#[operator]
pub async fn winning(offer: Offer, best: &mut Option<PlainBid>) -> Option<Win> {
    let order = |bid: &PlainBid| (std::cmp::Reverse(bid.price), bid.date_time, bid.bidder);
    let before = *best;
    if before.is_some_and(|before| order(&before) <= order(&offer.bid)) {
        return None;
    }
    *best = Some(offer.bid);
    Some(Win { offer, before })
}
