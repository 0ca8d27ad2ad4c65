//! Events that wait for their order and cannot be written to a checkpoint.

use millstream::prelude::*;

struct Tick(i64);

fn main() {
    topology!(
        job("ticks", at_least_once),
        ticks = source(from_iter_again([3, 4])) >> map(|number| Tick(number)),
        timed = ticks >> event_time(|tick| EventTime::from_secs(tick.0), lateness(1.secs())),
        sorted = timed >> in_order(|tick| tick.0),
        [sorted, sorted.late] >> ignore,
    );
}
