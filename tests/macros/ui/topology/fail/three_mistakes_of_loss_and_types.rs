//! Late events and errors go nowhere, and a sink takes other events.

use millstream::prelude::*;

#[operator]
async fn size(window: Window<i64, i64>) -> usize {
    window.len()
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        sizes = numbers >> by(|n| *n) >> window(tumbling(1.mins())) >> size,
        sizes >> sink(Collected::<String>::new().sink()),
        numbers >> by(|n| *n as f64) >> map(|n| n) >> ignore,
    );
}
