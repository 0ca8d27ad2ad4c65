//! A side of a join that cannot be written to a checkpoint.

use millstream::prelude::*;

#[derive(Clone)]
struct Tick(i64);

fn main() {
    topology!(
        job("ticks", at_least_once),
        ticks = source(from_iter_again([3, 4])) >> map(|number| Tick(number)),
        timed = ticks >> event_time(|tick| EventTime::from_secs(tick.0), lateness(1.secs())),
        other = source(from_iter_again([3, 4])),
        rest = other >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        both = (timed >> by(|tick| tick.0), rest >> by(|n| *n)) >> join(within(1.mins(), 1.mins())),
        both >> ignore, both.late >> ignore, both.unmatched >> ignore,
    );
}
