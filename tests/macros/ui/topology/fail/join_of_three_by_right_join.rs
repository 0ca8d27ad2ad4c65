//! A join that keeps the right one of three.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([1_u64, 2])),
        j = (a >> by(|n| *n), a >> by(|n| n + 1), a >> by(|n| n + 2))
            >> right_join(tumbling(1.secs())),
        j >> ignore,
        j.late >> ignore,
        j.unmatched >> ignore,
    );
}
