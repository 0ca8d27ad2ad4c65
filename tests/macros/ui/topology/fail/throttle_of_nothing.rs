//! A rate at which nothing passes.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> throttle(0.per_min()) >> ignore,
    );
}
