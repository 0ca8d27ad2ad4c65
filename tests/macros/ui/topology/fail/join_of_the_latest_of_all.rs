//! A join of the latest that keeps what is not looked up.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([1_i64]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        j = (a >> by(|n| *n), a >> by(|n| *n)) >> full_join(latest(1.secs())),
        j >> ignore,
        j.late >> ignore,
    );
}
