//! A part of a topology that takes other events.

use millstream::prelude::*;

fn part(_words: TimedStream<String>) {}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        numbers >> through(part),
    );
}
