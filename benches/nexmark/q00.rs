//! q0: every bid unchanged. What the way through the engine costs.

use super::{PlainBid, bid};
use millstream::prelude::*;
use nexmark::event::{Bid, Event};

#[operator]
async fn unchanged(bid: Bid) -> PlainBid {
    bid.into()
}

/// Every bid.
pub fn q0(events: impl Source<Event>, rows: impl Sink<PlainBid>, instances: usize) -> Topology {
    topology!(
        job("q0").instances(instances),
        source(events) >> shuffle >> bid >> unchanged >> sink(rows),
    )
}
