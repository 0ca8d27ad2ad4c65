//! A lateness without its unit.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        b = a >> event_time(|_| EventTime::from_secs(1), lateness(2)),
        b >> ignore,
    );
}
