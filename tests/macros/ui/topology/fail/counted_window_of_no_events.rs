//! Windows of no event.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        counts = numbers >> by(|n| *n) >> window(counted(0)) >> aggregate(|n| *n, count()),
        counts >> ignore,
        counts.late >> ignore,
    );
}
