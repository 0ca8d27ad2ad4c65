//! A closure of `event_time` that says it owns its events.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> event_time(|n: u64| EventTime::from_secs(n as i64), lateness(1.secs())) >> ignore,
    );
}
