//! q0: every bid unchanged; measures the overhead of the engine.

use super::{PlainBid, bid_row};
use millstream::prelude::*;
use nexmark::event::Event;

/// Every bid.
pub fn q0(events: impl Source<Event>, rows: impl Sink<PlainBid>, instances: usize) -> Topology {
    topology!(job("q0").instances(instances), source(events) >> shuffle >> bid_row >> sink(rows),)
}
