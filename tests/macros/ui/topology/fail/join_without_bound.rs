//! A join that would keep its state for ever.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([1_u64, 2])),
        b = source(from_iter([2_u64, 3])),
        j = (a >> by(|n| *n), b >> by(|n| *n)) >> join(),
        j >> ignore,
        j.late >> ignore,
        j.unmatched >> ignore,
    );
}
