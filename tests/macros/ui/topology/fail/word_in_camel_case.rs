//! A word of another system, written as it is there.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        a >> groupBy(0) >> ignore,
    );
}
