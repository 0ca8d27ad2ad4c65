//! q19: the ten highest bids of each auction.

use super::{PlainBid, bid};
use millstream::prelude::*;
use nexmark::event::{Bid, Event};
use serde::Serialize;

const RANKS: usize = 10;

/// A bid with its rank among those of its auction, from 1; a later row of both replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Row {
    #[serde(flatten)]
    pub bid: PlainBid,
    pub rank: usize,
}

/// Emits every bid with a new rank: the received one, and those it pushed down.
#[operator]
async fn ranked(bid: Bid, best: &mut Vec<PlainBid>) -> Vec<Row> {
    // After those of the same price, which arrived earlier.
    let place = best.partition_point(|other| other.price >= bid.price);
    if place == RANKS {
        return Vec::new();
    }
    best.insert(place, bid.into());
    best.truncate(RANKS);
    let moved = best.iter().enumerate().skip(place);
    moved.map(|(place, bid)| Row { bid: *bid, rank: place + 1 }).collect()
}

/// The ten highest bids of each auction.
pub fn q19(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q19").instances(instances),
        bids = source(events) >> bid * 1,
        bids >> by(|bid| bid.auction) >> ranked >> sink(rows),
    )
}
