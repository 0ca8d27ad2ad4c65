//! A join of five streams.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([1_u64, 2])),
        j = (
            a >> by(|n| *n),
            a >> by(|n| n + 1),
            a >> by(|n| n + 2),
            a >> by(|n| n + 3),
            a >> by(|n| n + 4),
        ) >> full_join(tumbling(1.secs())),
        j >> ignore,
        j.late >> ignore,
    );
}
