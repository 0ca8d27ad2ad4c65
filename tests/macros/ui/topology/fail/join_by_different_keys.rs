//! The keys of the sides have different types.

use millstream::prelude::*;

fn at(n: &i64) -> EventTime {
    EventTime::from_secs(*n)
}

fn main() {
    let _ = topology!(
        a = source(from_iter([1_i64, 2])) >> event_time(at, lateness(1.secs())),
        b = source(from_iter([1_i64, 2])) >> event_time(at, lateness(1.secs())),
        j = (a >> by(|n| *n), b >> by(|n| *n as u64)) >> join(within(1.secs(), 1.secs())),
        j >> map(|(a, b)| a + b) >> ignore,
        j.late >> ignore,
        j.unmatched >> ignore,
    );
}
