//! A join within one time.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)]))
            >> event_time(|_| EventTime::from_secs(1), lateness(2.secs())),
        b = source(from_iter([(1_u64, 2_u8)]))
            >> event_time(|_| EventTime::from_secs(1), lateness(2.secs())),
        j = (a >> by(|e| e.0), b >> by(|e| e.0)) >> left_join(within(1.mins())),
        j >> ignore,
    );
}
