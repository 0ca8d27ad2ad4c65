//! An operator that takes events, on windows.

use millstream::prelude::*;

#[operator]
async fn twice(number: i64) -> i64 {
    2 * number
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        twos = numbers >> by(|n| *n) >> window(tumbling(1.mins())) >> twice,
        twos >> ignore,
        twos.late >> ignore,
    );
}
