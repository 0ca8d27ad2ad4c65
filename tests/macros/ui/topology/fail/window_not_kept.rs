//! Windows of events that cannot be written to a checkpoint.

use millstream::prelude::*;

#[derive(Clone)]
struct Tick(i64);

#[operator]
async fn size(ticks: Window<i64, Tick>) -> usize {
    ticks.events().len()
}
fn main() {
    topology!(
        job("ticks", at_least_once),
        ticks = source(from_iter_again([3, 4])) >> map(|number| Tick(number)),
        timed = ticks >> event_time(|tick| EventTime::from_secs(tick.0), lateness(1.secs())),
        sizes = timed >> by(|tick| tick.0) >> window(tumbling(1.mins())) >> size,
        sizes >> ignore, sizes.late >> ignore,
    );
}
