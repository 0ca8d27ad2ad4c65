//! What happens in windows of time.

use super::{all_auctions, all_bids, all_persons};
use crate::input::STEP;
use nexmark::event::{Bid, Event};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const TEN_SECONDS: u64 = 10_000;

pub fn hot_auctions(events: &[Event]) -> Vec<Value> {
    let mut windows: BTreeMap<u64, BTreeMap<usize, u64>> = BTreeMap::new();
    for bid in all_bids(events) {
        // The last window with this bid starts at most 2 s before it, the first one 8 s earlier.
        let last = bid.date_time - bid.date_time % 2_000;
        for start in (last - 8_000..=last).step_by(2_000) {
            *windows.entry(start).or_default().entry(bid.auction).or_default() += 1;
        }
    }
    let mut rows = Vec::new();
    for (start, auctions) in windows {
        let most = auctions.values().copied().max().unwrap();
        for (auction, num) in auctions.into_iter().filter(|(_, num)| *num == most) {
            rows.push(json!({"auction": auction, "num": num, "window_start": start}));
        }
    }
    rows
}

pub fn highest_bids(events: &[Event]) -> Vec<Value> {
    let mut windows: BTreeMap<u64, Vec<&Bid>> = BTreeMap::new();
    for bid in all_bids(events) {
        windows.entry(bid.date_time / TEN_SECONDS).or_default().push(bid);
    }
    let mut rows = Vec::new();
    for bids in windows.into_values() {
        let highest = bids.iter().map(|bid| bid.price).max().unwrap();
        for bid in bids.into_iter().filter(|bid| bid.price == highest) {
            rows.push(json!({
                "auction": bid.auction, "bidder": bid.bidder, "price": bid.price,
                "date_time": bid.date_time,
            }));
        }
    }
    rows
}

pub fn new_sellers(events: &[Event]) -> Vec<Value> {
    let sellers: BTreeSet<(usize, u64)> = all_auctions(events)
        .map(|auction| (auction.seller, auction.date_time / TEN_SECONDS))
        .collect();
    let new = all_persons(events)
        .filter(|person| sellers.contains(&(person.id, person.date_time / TEN_SECONDS)));
    new.map(|person| {
        let start = person.date_time - person.date_time % TEN_SECONDS;
        json!({"id": person.id, "name": person.name, "window_start": start})
    })
    .collect()
}

pub fn sessions(events: &[Event]) -> Vec<Value> {
    let mut times: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    for bid in all_bids(events) {
        times.entry(bid.bidder).or_default().push(bid.date_time);
    }
    let mut rows = Vec::new();
    for (bidder, mut times) in times {
        times.sort_unstable();
        for session in times.chunk_by(|a, b| b - a < TEN_SECONDS) {
            let (start, end) = (session[0], session[session.len() - 1] + TEN_SECONDS);
            rows.push(json!({
                "bidder": bidder, "bid_count": session.len(), "start": start, "end": end,
            }));
        }
    }
    rows
}

pub fn processing_time(events: &[Event]) -> Vec<Value> {
    // The clock begins at the start of a window.
    let mut windows: BTreeMap<(u64, usize), u64> = BTreeMap::new();
    for (number, bid) in all_bids(events).enumerate() {
        let window = number as u64 * STEP / TEN_SECONDS;
        *windows.entry((window, bid.bidder)).or_default() += 1;
    }
    let row = |((_, bidder), count)| json!({"bidder": bidder, "bid_count": count});
    windows.into_iter().map(row).collect()
}
