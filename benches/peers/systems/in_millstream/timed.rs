//! Works in event time.

use super::{Ready, adding, sum};
use crate::steps::{self, APART};
use millstream::prelude::*;
use millstream_benches::stateless::Event;
use std::time::Duration;

fn time(event: &Event) -> EventTime {
    EventTime::from_millis(event.time as i64)
}

#[operator]
async fn window_digest(window: WindowResult<u64, u64>) -> u64 {
    steps::window(window.key, window.value, (window.end.as_micros() / 1_000_000) as u64)
}

pub fn last_hour(input: Vec<Event>) -> Ready {
    sum(|total| {
        topology!(
            counts = source(from_iter(input))
                >> event_time(time, lateness(0.secs()))
                >> by(|event| event.key)
                >> window(sliding(1.hours(), 1.secs()))
                >> aggregate(|_| (), count()),
            counts >> window_digest >> sink(adding(total.part())),
            counts.late >> ignore,
        )
    })
}

/// The fields of an event that the join needs; its time travels with it.
#[operator]
async fn side(event: Event) -> Side {
    Side { key: event.key, id: event.id }
}

#[derive(Clone, Copy)]
struct Side {
    key: u64,
    id: u64,
}

#[operator]
async fn pair_digest((left, right): (Side, Side)) -> u64 {
    steps::pair(left.id, right.id)
}

pub fn joined([lefts, rights]: [Vec<Event>; 2]) -> Ready {
    let apart = Duration::from_millis(APART);
    sum(move |total| {
        topology!(
            lefts = source(from_iter(lefts)) >> event_time(time, lateness(0.secs())) >> side,
            rights = source(from_iter(rights)) >> event_time(time, lateness(0.secs())) >> side,
            pairs = (lefts >> by(|side| side.key), rights >> by(|side| side.key))
                >> join(within(apart, apart)),
            pairs >> pair_digest >> sink(adding(total.part())),
            pairs.late >> ignore,
            pairs.unmatched >> ignore,
        )
    })
}
