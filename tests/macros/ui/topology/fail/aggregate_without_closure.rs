//! An aggregate of nothing that is selected.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        sums = numbers >> by(|n| *n) >> window(tumbling(1.mins())) >> aggregate(sum()),
        sums >> ignore,
        sums.late >> ignore,
    );
}
