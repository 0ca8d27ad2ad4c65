//! A lateness that is a duration.

use millstream::prelude::*;

fn main() {
    let bound = 1.secs();
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2])),
        numbers >> event_time(|n| EventTime::from_secs(*n), bound) >> ignore,
    );
}
