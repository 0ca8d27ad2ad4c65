//! A rate that no stream reaches.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> throttle(4_000_000_000.per_sec()) >> ignore,
    );
}
