//! A number of instances that is a fraction.

use millstream::prelude::*;

fn main() {
    let count = 2.0;
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> map(|n| n + 1) * count >> ignore,
    );
}
