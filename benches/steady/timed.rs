//! Jobs in event time.

use super::plain::seen;
use crate::stateless::Event;
use millstream::prelude::*;
use std::time::Duration;

/// Milliseconds between two events of [`by_minute`]: with 1,000 keys, ten of a key in a minute.
pub const TUMBLING_GAP: u64 = 6;

/// Milliseconds between two events of [`last_hour`]: the hour is full before the second
/// [`PERIOD`](super::PERIOD) ends.
pub const SLIDING_GAP: u64 = 20;

/// The maximum time between the events of a match.
const APART: Duration = Duration::from_secs(60);

fn time(event: &Event) -> EventTime {
    EventTime::from_millis(event.time as i64)
}

/// Counts for each key and minute.
pub fn by_minute(events: impl Iterator<Item = Event> + Send + 'static) -> Topology {
    topology!(
        counts = source(from_iter(events))
            >> event_time(time, lateness(0.secs()))
            >> by(|event| event.key)
            >> window(tumbling(1.mins()))
            >> aggregate(|_| (), count()),
        counts >> sink(seen()),
        counts.late >> ignore,
    )
}

/// Counts for each key of the last hour, every second.
pub fn last_hour(events: impl Iterator<Item = Event> + Send + 'static) -> Topology {
    topology!(
        counts = source(from_iter(events))
            >> event_time(time, lateness(0.secs()))
            >> by(|event| event.key)
            >> window(sliding(1.hours(), 1.secs()))
            >> aggregate(|_| (), count()),
        counts >> sink(seen()),
        counts.late >> ignore,
    )
}

/// Pairs of two streams: the same key, and at most a minute apart.
pub fn joined<I: Iterator<Item = Event> + Send + 'static>([lefts, rights]: [I; 2]) -> Topology {
    topology!(
        lefts = source(from_iter(lefts)) >> event_time(time, lateness(0.secs())),
        rights = source(from_iter(rights)) >> event_time(time, lateness(0.secs())),
        pairs = (lefts >> by(|event| event.key), rights >> by(|event| event.key))
            >> join(within(APART, APART)),
        pairs >> sink(seen()),
        pairs.late >> ignore,
        pairs.unmatched >> ignore,
    )
}
