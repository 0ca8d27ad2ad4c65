//! An operator takes trailing windows whole, which have a name.

use millstream::prelude::*;

#[operator]
async fn size(window: Window<i64, i64>) -> usize {
    window.len()
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        last = numbers >> by(|n| *n) >> window(trailing([1.mins(), 1.hours()])),
        sizes = last >> size,
        sizes >> ignore,
        sizes.late >> ignore,
    );
}
