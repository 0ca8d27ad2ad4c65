//! q15: totals by day.

use super::rank::Counting;
use super::{Day, Totals, bid};
use millstream::prelude::*;
use nexmark::event::{Bid, Event};
use serde::Serialize;

/// The totals of a day; a later row of the day replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Row {
    pub day: Day,
    #[serde(flatten)]
    pub totals: Totals,
}

#[operator]
async fn of_the_day(bid: Bid, counting: &mut Counting) -> Row {
    Row { day: Day::of(bid.date_time), totals: counting.add(&bid) }
}

/// Bids, bidders and auctions of each day, by the rank of the price.
pub fn q15(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q15").instances(instances),
        bids = source(events) >> bid * 1,
        bids >> by(|bid| Day::of(bid.date_time).number()) >> of_the_day >> sink(rows),
    )
}
