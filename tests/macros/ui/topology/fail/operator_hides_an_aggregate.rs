//! An operator with the name of an aggregate.

use millstream::prelude::*;

#[operator]
async fn count(e: (u64, f64), n: &mut u64) -> u64 {
    *n += e.0;
    *n
}

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)]))
            >> event_time(|_| EventTime::from_secs(1), lateness(2.secs())),
        a >> by(|e| e.0) >> count >> ignore,
        w = a >> by(|e| e.0) >> window(tumbling(1.mins())) >> aggregate(|e| e.1, count()),
        [w, w.late] >> ignore,
    );
}
