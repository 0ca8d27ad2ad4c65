//! A join that may buffer nothing.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([1_i64]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        b = source(from_iter([2_i64]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        j = (a >> by(|n| *n), b >> by(|n| *n)) >> full_join(within(1.secs(), 1.secs())).at_most(0),
        j >> ignore,
        j.late >> ignore,
    );
}
