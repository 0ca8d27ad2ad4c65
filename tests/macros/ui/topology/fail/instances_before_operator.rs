//! A number of instances before what it is of.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        a >> 2 * map(|e| e.1) >> ignore,
    );
}
