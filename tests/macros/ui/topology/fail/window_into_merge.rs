//! A window is merged.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        sizes = numbers >> by(|n| *n) >> window(tumbling(1.mins())),
        [sizes, source(from_iter([1_i64]))] >> ignore,
    );
}
