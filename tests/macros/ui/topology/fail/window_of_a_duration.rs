//! A window of a duration, which may tumble or slide.

use millstream::prelude::*;

#[operator]
async fn size(window: Window<i64, i64>) -> usize {
    window.len()
}

fn main() {
    let length = 1.mins();
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        sizes = numbers >> by(|n| *n) >> window(length) >> size,
        sizes >> ignore,
        sizes.late >> ignore,
    );
}
