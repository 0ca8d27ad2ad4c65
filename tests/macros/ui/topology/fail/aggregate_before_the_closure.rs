//! An aggregate before the closure that selects a value.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        sums = numbers >> by(|n| *n) >> window(counted(2)) >> aggregate(sum(), |n| *n),
        [sums, sums.late] >> ignore,
    );
}
