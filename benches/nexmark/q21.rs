//! q21: the number of each bid's channel.

use super::bid;
use millstream::prelude::*;
use nexmark::event::{Bid, Event};
use serde::Serialize;

/// A bid with the number of its channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub auction: usize,
    pub bidder: usize,
    pub price: usize,
    pub channel: String,
    pub channel_id: u64,
}

/// The number of a channel: fixed for the four large ones, otherwise taken from the url.
fn channel_id(channel: &str, url: &str) -> Option<u64> {
    let large = ["apple", "google", "facebook", "baidu"];
    if let Some(place) = large.iter().position(|name| channel.eq_ignore_ascii_case(name)) {
        return u64::try_from(place).ok();
    }
    let (_, rest) = url.split_once("channel_id=")?;
    let number = rest.split('&').next()?;
    number.parse().ok()
}

#[operator]
async fn numbered(bid: Bid) -> Option<Row> {
    let channel_id = channel_id(&bid.channel, &bid.url)?;
    let Bid { auction, bidder, price, channel, .. } = bid;
    Some(Row { auction, bidder, price, channel, channel_id })
}

/// The bids that have the number of a channel.
pub fn q21(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q21").instances(instances),
        source(events) >> shuffle >> bid >> numbered >> sink(rows),
    )
}
