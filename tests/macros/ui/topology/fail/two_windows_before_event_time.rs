//! Two windows over a stream without event time.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        a = numbers >> by(|n| *n) >> window(tumbling(1.mins())) >> aggregate(|n| *n, sum()),
        b = numbers >> by(|n| *n) >> window(session(1.mins())) >> aggregate(|n| *n, sum()),
        [a, b] >> ignore,
        [a.late, b.late] >> ignore,
    );
}
