//! An aggregate that is a closure.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        sums = numbers >> by(|n| *n) >> window(tumbling(1.mins()))
            >> aggregate(|n| *n, |a: i64, b: i64| a + b),
        sums >> ignore,
        sums.late >> ignore,
    );
}
