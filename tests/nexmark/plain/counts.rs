//! What is counted of the bids of a day, a channel, an auction, a bidder.

use super::all_bids;
use nexmark::event::{Bid, Event};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The groups of bids, each with its bids in order of arrival.
fn groups<K: Ord>(events: &[Event], key: impl Fn(&Bid) -> K) -> BTreeMap<K, Vec<&Bid>> {
    let mut groups: BTreeMap<K, Vec<&Bid>> = BTreeMap::new();
    for bid in all_bids(events) {
        groups.entry(key(bid)).or_default().push(bid);
    }
    groups
}

/// Year, month and day in UTC, by the algorithm of Howard Hinnant.
fn day(bid: &Bid) -> String {
    let days = (bid.date_time / 86_400_000) as i64 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn minute(bid: &Bid) -> String {
    let minutes = bid.date_time / 60_000;
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

/// The names of the ranks with their prices.
fn ranks() -> [(&'static str, std::ops::Range<usize>); 4] {
    let ends = [0..usize::MAX, 0..10_000, 10_000..1_000_000, 1_000_000..usize::MAX];
    let mut ends = ends.into_iter();
    ["total", "rank1", "rank2", "rank3"].map(|name| (name, ends.next().unwrap()))
}

/// Bids, bidders and auctions by rank.
fn totals(bids: &[&Bid]) -> Map<String, Value> {
    let mut fields = Map::new();
    for (rank, prices) in ranks() {
        let bids: Vec<_> = bids.iter().filter(|bid| prices.contains(&bid.price)).collect();
        let bidders: BTreeSet<_> = bids.iter().map(|bid| bid.bidder).collect();
        let auctions: BTreeSet<_> = bids.iter().map(|bid| bid.auction).collect();
        fields.insert(format!("{rank}_bids"), json!(bids.len()));
        fields.insert(format!("{rank}_bidders"), json!(bidders.len()));
        fields.insert(format!("{rank}_auctions"), json!(auctions.len()));
    }
    fields
}

pub fn days(events: &[Event]) -> Vec<Value> {
    let row = |(day, bids): (String, Vec<&Bid>)| {
        let mut row = totals(&bids);
        row.insert("day".into(), json!(day));
        row.into()
    };
    groups(events, day).into_iter().map(row).collect()
}

pub fn channels(events: &[Event]) -> Vec<Value> {
    let row = |((channel, day), bids): ((String, String), Vec<&Bid>)| {
        let mut row = totals(&bids);
        row.insert("channel".into(), json!(channel));
        row.insert("day".into(), json!(day));
        row.insert("minute".into(), json!(bids.iter().map(|bid| minute(bid)).max()));
        row.into()
    };
    groups(events, |bid| (bid.channel.clone(), day(bid))).into_iter().map(row).collect()
}

pub fn auctions(events: &[Event]) -> Vec<Value> {
    let row = |((auction, day), bids): ((usize, String), Vec<&Bid>)| {
        let prices = || bids.iter().map(|bid| bid.price);
        let sum: usize = prices().sum();
        let mut row = json!({
            "auction": auction, "day": day, "min_price": prices().min(),
            "max_price": prices().max(), "avg_price": sum as f64 / bids.len() as f64,
            "sum_price": sum,
        });
        for (rank, range) in ranks() {
            row[format!("{rank}_bids")] = json!(prices().filter(|p| range.contains(p)).count());
        }
        row
    };
    groups(events, |bid| (bid.auction, day(bid))).into_iter().map(row).collect()
}

fn plain(bid: &Bid) -> Value {
    json!({
        "auction": bid.auction, "bidder": bid.bidder, "price": bid.price,
        "date_time": bid.date_time,
    })
}

pub fn last_bids(events: &[Event]) -> Vec<Value> {
    let groups = groups(events, |bid| (bid.bidder, bid.auction));
    // Of equal ones `max_by_key` has the last.
    let last = |bids: Vec<&Bid>| plain(bids.into_iter().max_by_key(|bid| bid.date_time).unwrap());
    groups.into_values().map(last).collect()
}

pub fn ten_highest(events: &[Event]) -> Vec<Value> {
    let mut rows = Vec::new();
    for mut bids in groups(events, |bid| bid.auction).into_values() {
        bids.sort_by_key(|bid| std::cmp::Reverse(bid.price));
        for (place, bid) in bids.into_iter().take(10).enumerate() {
            let mut row = plain(bid);
            row["rank"] = json!(place + 1);
            rows.push(row);
        }
    }
    rows
}
