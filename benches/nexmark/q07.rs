//! q7: the highest bids of each 10 seconds.

use super::event::millis;
use super::{PlainBid, bid_row, highest};
use millstream::prelude::*;
use nexmark::event::Event;

#[operator]
async fn bids(window: WindowResult<(), Vec<PlainBid>>) -> Vec<PlainBid> {
    window.value
}

/// The bids with the highest price of each 10 s.
pub fn q7(events: impl Source<Event>, rows: impl Sink<PlainBid>, instances: usize) -> Topology {
    topology!(
        job("q7").instances(instances),
        bid = source(events)
            >> bid_row * 1
            >> event_time(|bid| millis(bid.date_time), lateness(0.secs())),
        top = bid
            >> by(|_| ())
            >> window(tumbling(10.secs()))
            >> aggregate(|bid| *bid, highest(|bid: &PlainBid| bid.price)),
        top >> bids >> sink(rows),
        top.late >> ignore,
    )
}
