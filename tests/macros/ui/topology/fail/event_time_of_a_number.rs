//! An event time that is a number.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2])),
        numbers >> event_time(|n| *n, lateness(1.secs())) >> ignore,
    );
}
