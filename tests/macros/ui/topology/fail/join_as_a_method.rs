//! A join as a method of a stream.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)]))
            >> event_time(|_| EventTime::from_secs(1), lateness(2.secs())),
        b = source(from_iter([(1_u64, 2_u8)]))
            >> event_time(|_| EventTime::from_secs(1), lateness(2.secs())),
        a.join(b, |e| e.0, |e| e.0) >> ignore,
    );
}
