//! A merge as a method of a stream.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        b = source(from_iter([(1_u64, 2.0_f64)])),
        a.union(b) >> ignore,
    );
}
