//! Bids by the rank of their price, as q15, q16 and q17 count them.

use foldhash::fast::FixedState;
use hashbrown::HashSet;
use nexmark::event::Bid;
use serde::Serialize;

/// The rank of a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// Below 10,000.
    First,
    /// Below 1,000,000.
    Second,
    /// 1,000,000 and above.
    Third,
}

impl Rank {
    /// The rank of a price.
    pub const fn of(price: usize) -> Self {
        match price {
            ..10_000 => Self::First,
            10_000..1_000_000 => Self::Second,
            _ => Self::Third,
        }
    }
}

/// Numbers of bids, bidders and auctions: total, and by the rank of the price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    pub total_bids: usize,
    pub rank1_bids: usize,
    pub rank2_bids: usize,
    pub rank3_bids: usize,
    pub total_bidders: usize,
    pub rank1_bidders: usize,
    pub rank2_bidders: usize,
    pub rank3_bidders: usize,
    pub total_auctions: usize,
    pub rank1_auctions: usize,
    pub rank2_auctions: usize,
    pub rank3_auctions: usize,
}

/// Computes [`Totals`].
#[derive(Debug, Default)]
pub struct Counting {
    totals: Totals,
    bidders: Seen,
    auctions: Seen,
}

/// The ids seen so far: in total, and with a price of each rank.
#[derive(Debug, Default)]
struct Seen {
    all: HashSet<usize, FixedState>,
    first: HashSet<usize, FixedState>,
    second: HashSet<usize, FixedState>,
    third: HashSet<usize, FixedState>,
}

impl Counting {
    /// Adds a bid; returns the new totals.
    pub fn add(&mut self, bid: &Bid) -> Totals {
        let totals = &mut self.totals;
        totals.total_bids += 1;
        totals.total_bidders += usize::from(self.bidders.all.insert(bid.bidder));
        totals.total_auctions += usize::from(self.auctions.all.insert(bid.auction));
        match Rank::of(bid.price) {
            Rank::First => {
                totals.rank1_bids += 1;
                totals.rank1_bidders += usize::from(self.bidders.first.insert(bid.bidder));
                totals.rank1_auctions += usize::from(self.auctions.first.insert(bid.auction));
            }
            Rank::Second => {
                totals.rank2_bids += 1;
                totals.rank2_bidders += usize::from(self.bidders.second.insert(bid.bidder));
                totals.rank2_auctions += usize::from(self.auctions.second.insert(bid.auction));
            }
            Rank::Third => {
                totals.rank3_bids += 1;
                totals.rank3_bidders += usize::from(self.bidders.third.insert(bid.bidder));
                totals.rank3_auctions += usize::from(self.auctions.third.insert(bid.auction));
            }
        }
        self.totals
    }
}
