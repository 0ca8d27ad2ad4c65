//! A merge as a function.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        b = source(from_iter([(1_u64, 2.0_f64)])),
        merge(a, b) >> ignore,
    );
}
