//! A time in place of a rate.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        a >> throttle(5.secs()) >> ignore,
    );
}
