//! A join within a time, which is of two.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([1_i64]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        j = (a >> by(|n| *n), a >> by(|n| *n), a >> by(|n| *n))
            >> join(within(1.secs(), 1.secs())),
        j >> ignore,
        j.late >> ignore,
        j.unmatched >> ignore,
    );
}
