//! q5: hot auctions.

use super::event::{as_millis, millis};
use super::{bid_row, highest};
use millstream::prelude::*;
use nexmark::event::Event;
use serde::Serialize;

/// An auction that has the most bids in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Row {
    pub auction: usize,
    pub num: u64,
    pub window_start: u64,
}

#[operator]
async fn counted(count: WindowResult<usize, u64>) -> Row {
    Row { auction: count.key, num: count.value, window_start: as_millis(count.start) }
}

#[operator]
async fn hot(window: WindowResult<u64, Vec<Row>>) -> Vec<Row> {
    window.value
}

/// In windows of 10 s every 2 s, the auctions with the most bids.
pub fn q5(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q5").instances(instances),
        bids = source(events)
            >> bid_row * 1
            >> event_time(|bid| millis(bid.date_time), lateness(0.secs())),
        counts = bids
            >> by(|bid| bid.auction)
            >> window(sliding(10.secs(), 2.secs()))
            >> aggregate(|_| (), count()),
        // A count is timed at the end of its window: one end per 2 s.
        most = counts
            >> counted
            >> by(|row| row.window_start)
            >> window(tumbling(2.secs()))
            >> aggregate(|row| *row, highest(|row: &Row| row.num)),
        most >> hot >> sink(rows),
        counts.late >> ignore,
        most.late >> ignore,
    )
}
