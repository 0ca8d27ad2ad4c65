//! q16: totals by channel and day.

use super::rank::Counting;
use super::{Day, Minute, Totals, bid};
use millstream::prelude::*;
use nexmark::event::{Bid, Event};
use serde::Serialize;

/// The totals of a channel and day; a later row of both replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub channel: String,
    pub day: Day,
    pub minute: Minute,
    #[serde(flatten)]
    pub totals: Totals,
}

/// The state of a channel and day.
#[derive(Debug, Default)]
struct Channel {
    minute: Minute,
    counting: Counting,
}

#[operator]
async fn of_the_channel(bid: Bid, channel: &mut Channel) -> Row {
    channel.minute = channel.minute.max(Minute::of(bid.date_time));
    let totals = channel.counting.add(&bid);
    let day = Day::of(bid.date_time);
    Row { channel: bid.channel, day, minute: channel.minute, totals }
}

/// As q15, for each channel, with the last minute in which it was used.
pub fn q16(events: impl Source<Event>, rows: impl Sink<Row>, instances: usize) -> Topology {
    topology!(
        job("q16").instances(instances),
        bids = source(events) >> bid * 1,
        bids >> by(|bid| (bid.channel.clone(), Day::of(bid.date_time).number()))
            >> of_the_channel
            >> sink(rows),
    )
}
