//! A sum of texts.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        sums = numbers >> by(|n| *n) >> window(tumbling(1.mins()))
            >> aggregate(|n| n.to_string(), sum()),
        sums >> map(|sum| sum.value) >> ignore,
        sums.late >> ignore,
    );
}
