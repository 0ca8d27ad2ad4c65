//! An aggregate of events that no window gathers.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        sums = numbers >> by(|n| *n) >> aggregate(|n| *n, sum()),
        sums >> ignore,
    );
}
