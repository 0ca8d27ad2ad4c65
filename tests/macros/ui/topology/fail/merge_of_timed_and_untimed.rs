//! A stream with event time and one without are merged.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        others = source(from_iter([3_i64])),
        [numbers, others] >> inspect(|_| ()) >> ignore,
    );
}
