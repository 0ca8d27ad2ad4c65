//! Late events of `dedupe` that go nowhere.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|number| EventTime::from_secs(*number), lateness(1.secs())),
        once = numbers >> by(|number| *number) >> dedupe(1.mins()),
        once >> ignore,
    );
}
