//! Events that come late for an order, and nobody would know.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        sorted = numbers >> in_order(|n| *n),
        sorted >> ignore,
    );
}
