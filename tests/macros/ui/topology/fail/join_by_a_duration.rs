//! A join by a time that may lie before or after.

use millstream::prelude::*;

fn at(n: &i64) -> EventTime {
    EventTime::from_secs(*n)
}

fn main() {
    let length = 1.secs();
    let _ = topology!(
        a = source(from_iter([1_i64, 2])) >> event_time(at, lateness(1.secs())),
        b = source(from_iter([1_i64, 2])) >> event_time(at, lateness(1.secs())),
        j = (a >> by(|n| *n), b >> by(|n| *n)) >> join(length),
        j >> map(|(a, b)| a + b) >> ignore,
        j.late >> ignore,
        j.unmatched >> ignore,
    );
}
