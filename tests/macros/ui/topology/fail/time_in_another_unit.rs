//! A unit of time that is no word here.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)]))
            >> event_time(|_| EventTime::from_secs(1), lateness(2.secs())),
        w = a >> by(|e| e.0) >> window(tumbling(1.min())) >> aggregate(|e| e.1, sum()),
        [w, w.late] >> ignore,
    );
}
