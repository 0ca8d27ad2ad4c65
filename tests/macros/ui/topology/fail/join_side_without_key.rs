//! A side of a join without a key.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([1_u64, 2])),
        b = source(from_iter([2_u64, 3])),
        j = (a >> by(|n| *n), b) >> join(within(1.secs(), 1.secs())),
        j >> ignore,
        j.late >> ignore,
        j.unmatched >> ignore,
    );
}
