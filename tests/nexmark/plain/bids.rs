//! What is said of each bid alone.

use super::all_bids;
use nexmark::event::{Bid, Event};
use serde_json::{Value, json};

fn plain(bid: &Bid) -> Value {
    json!({
        "auction": bid.auction, "bidder": bid.bidder, "price": bid.price,
        "date_time": bid.date_time,
    })
}

/// The row of a bid with another field.
fn with(bid: &Bid, field: &str, value: Value) -> Value {
    let mut row = plain(bid);
    row[field] = value;
    row
}

/// The row of a bid without its time, with other fields.
fn timeless<const N: usize>(bid: &Bid, fields: [(&str, Value); N]) -> Value {
    let mut row = json!({"auction": bid.auction, "bidder": bid.bidder, "price": bid.price});
    for (field, value) in fields {
        row[field] = value;
    }
    row
}

pub fn all(events: &[Event]) -> Vec<Value> {
    all_bids(events).map(plain).collect()
}

pub fn converted(events: &[Event]) -> Vec<Value> {
    let euros = |bid: &Bid| with(bid, "price", json!(bid.price as f64 * 0.908));
    all_bids(events).map(euros).collect()
}

pub fn chosen(events: &[Event]) -> Vec<Value> {
    let chosen = all_bids(events).filter(|bid| bid.auction % 123 == 0);
    chosen.map(|bid| json!({"auction": bid.auction, "price": bid.price})).collect()
}

pub fn with_side_table(events: &[Event]) -> Vec<Value> {
    let value = |bid: &Bid| json!(format!("v{}", bid.auction % 10_000));
    all_bids(events).map(|bid| with(bid, "value", value(bid))).collect()
}

pub fn classified(events: &[Event]) -> Vec<Value> {
    let mut rows = Vec::new();
    for bid in all_bids(events) {
        let price = bid.price as f64 * 0.908;
        if price > 1e6 && price < 5e7 {
            let time = match bid.date_time / 1_000 / 3_600 % 24 {
                hour if (8..=18).contains(&hour) => "dayTime",
                hour if hour <= 6 || hour >= 20 => "nightTime",
                _ => "otherTime",
            };
            let mut row = with(bid, "price", json!(price));
            row["bid_time_type"] = json!(time);
            row["c_counts"] = json!(bid.extra.matches('c').count());
            rows.push(row);
        }
    }
    rows
}

pub fn numbered(events: &[Event]) -> Vec<Value> {
    let mut rows = Vec::new();
    for bid in all_bids(events) {
        let number = match bid.channel.to_lowercase().as_str() {
            "apple" => Some(0),
            "google" => Some(1),
            "facebook" => Some(2),
            "baidu" => Some(3),
            _ => bid.url.find("channel_id=").map(|at| {
                let digits = &bid.url[at + "channel_id=".len()..];
                let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
                digits.parse::<u64>().unwrap()
            }),
        };
        if let Some(number) = number {
            let fields = [("channel", json!(bid.channel)), ("channel_id", json!(number))];
            rows.push(timeless(bid, fields));
        }
    }
    rows
}

pub fn split(events: &[Event]) -> Vec<Value> {
    let row = |bid: &Bid| {
        let parts: Vec<&str> = bid.url.split('/').collect();
        timeless(bid, [3, 4, 5].map(|n| (["dir1", "dir2", "dir3"][n - 3], json!(parts[n]))))
    };
    all_bids(events).map(row).collect()
}
