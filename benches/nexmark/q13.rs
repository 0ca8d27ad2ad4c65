//! q13: bids joined with a bounded side table.

use super::bid;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use millstream::prelude::*;
use nexmark::event::{Bid, Event};
use serde::Serialize;

/// The number of keys in the side table.
pub const KEYS: usize = 10_000;

/// A lookup table shared by all instances.
#[derive(Debug)]
pub struct SideTable(HashMap<usize, String, FixedState>);

impl Default for SideTable {
    /// `v0` for 0, `v1` for 1, and so on.
    fn default() -> Self {
        Self((0..KEYS).map(|key| (key, format!("v{key}"))).collect())
    }
}

/// A bid with the table's value for its auction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub auction: usize,
    pub bidder: usize,
    pub price: usize,
    pub date_time: u64,
    pub value: String,
}

#[operator]
async fn look_up(bid: Bid, #[shared] table: &SideTable) -> Option<Row> {
    let value = table.0.get(&(bid.auction % KEYS))?.clone();
    let Bid { auction, bidder, price, date_time, .. } = bid;
    Some(Row { auction, bidder, price, date_time, value })
}

/// Bids joined with the side table on auction mod 10,000.
pub fn q13(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q13").instances(instances),
        source(events) >> shuffle >> bid >> look_up(SideTable::default()) >> sink(rows),
    )
}
