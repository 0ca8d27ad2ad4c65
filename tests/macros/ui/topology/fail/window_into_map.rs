//! A window that no operator takes, but a closure.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        numbers >> by(|n| *n) >> window(tumbling(1.mins())) >> map(|n| n) >> ignore,
    );
}
