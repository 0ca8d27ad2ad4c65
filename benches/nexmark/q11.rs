//! q11: bids per session.

use super::bid;
use super::event::{as_millis, time};
use millstream::prelude::*;
use nexmark::event::Event;
use serde::Serialize;

/// The number of bids in a session, which ends 10 s after its last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Row {
    pub bidder: usize,
    pub bid_count: u64,
    pub start: u64,
    pub end: u64,
}

#[operator]
async fn busy(session: WindowResult<usize, u64>) -> Row {
    let (start, end) = (as_millis(session.start), as_millis(session.end));
    Row { bidder: session.key, bid_count: session.value, start, end }
}

/// The bids of each bidder in sessions with a gap of 10 s.
pub fn q11(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q11").instances(instances),
        bids = source(events) >> event_time(time, lateness(0.secs())) >> bid * 1,
        sessions = bids
            >> by(|bid| bid.bidder)
            >> window(session(10.secs()))
            >> aggregate(|_| (), count()),
        sessions >> busy >> sink(rows),
        sessions.late >> ignore,
    )
}
