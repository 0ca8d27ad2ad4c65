//! Events that repeat others of no time.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        first = numbers >> by(|n| *n) >> dedupe(0.secs()),
        first >> ignore,
        first.late >> ignore,
    );
}
