//! A stream with the name of an aggregate.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)]))
            >> event_time(|_| EventTime::from_secs(1), lateness(2.secs())),
        count = a >> by(|e| e.0) >> map(|e| e.0),
        w = a >> by(|e| e.0) >> window(tumbling(1.mins())) >> aggregate(|e| e.1, count()),
        [w.late, count] >> ignore,
        w >> ignore,
    );
}
