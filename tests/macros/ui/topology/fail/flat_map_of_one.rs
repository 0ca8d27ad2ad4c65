//! A `flat_map` that gives no list.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> flat_map(|n| n + 1) >> ignore,
    );
}
