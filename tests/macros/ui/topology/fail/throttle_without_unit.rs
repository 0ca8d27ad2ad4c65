//! A rate without a unit.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> throttle(1_000) >> ignore,
    );
}
