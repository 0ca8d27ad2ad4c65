//! A row shared by several queries.

use nexmark::event::Bid;
use serde::{Deserialize, Serialize};

/// A bid without its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlainBid {
    pub auction: usize,
    pub bidder: usize,
    pub price: usize,
    pub date_time: u64,
}

impl From<&Bid> for PlainBid {
    #[inline]
    fn from(bid: &Bid) -> Self {
        let Bid { auction, bidder, price, date_time, .. } = *bid;
        Self { auction, bidder, price, date_time }
    }
}

impl From<Bid> for PlainBid {
    #[inline]
    fn from(bid: Bid) -> Self {
        Self::from(&bid)
    }
}
