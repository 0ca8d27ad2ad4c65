//! q12: bids per bidder in processing time.

use super::event::millis;
use super::{Clock, bid};
use millstream::prelude::*;
use nexmark::event::{Bid, Event};
use serde::Serialize;

/// The bids of a bidder in 10 s of processing time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Row {
    pub bidder: usize,
    pub bid_count: u64,
}

/// Stamps a bid with the processing time.
#[operator]
async fn stamped(bid: Bid, #[shared] clock: &Clock) -> (u64, usize) {
    (clock.now(), bid.bidder)
}

#[operator]
async fn busy(window: WindowResult<usize, u64>) -> Row {
    Row { bidder: window.key, bid_count: window.value }
}

/// Counts the bids of each bidder in each 10 s of processing time, used as event time.
pub fn q12(
    events: impl Source<Event>,
    rows: impl Sink<Row>,
    instances: usize,
    clock: Clock,
) -> Topology {
    topology!(
        job("q12").instances(instances),
        stamped = source(events) >> bid * 1 >> stamped(clock) * 1,
        windows = stamped
            >> event_time(|stamped| millis(stamped.0), lateness(0.secs()))
            >> by(|stamped| stamped.1)
            >> window(tumbling(10.secs()))
            >> aggregate(|_| (), count()),
        windows >> busy >> sink(rows),
        windows.late >> ignore,
    )
}
