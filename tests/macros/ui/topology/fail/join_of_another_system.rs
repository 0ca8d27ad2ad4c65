//! A join with the word of another system.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)]))
            >> event_time(|_| EventTime::from_secs(1), lateness(2.secs())),
        b = source(from_iter([(1_u64, 2_u8)]))
            >> event_time(|_| EventTime::from_secs(1), lateness(2.secs())),
        j = (a >> by(|e| e.0), b >> by(|e| e.0)) >> outer_join(within(1.mins(), 1.mins())),
        [j.late, j.unmatched] >> ignore,
        j >> ignore,
    );
}
