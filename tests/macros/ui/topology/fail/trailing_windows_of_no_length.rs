//! A trailing window of no length, among others.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        counts = numbers
            >> by(|n| *n)
            >> window(trailing([1.days(), 0.secs()]))
            >> aggregate(|n| *n, count()),
        counts >> ignore,
        counts.late >> ignore,
    );
}
