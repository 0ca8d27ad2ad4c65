//! A join that one stream is led into.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([1_u64, 2])),
        j = a >> by(|n| *n) >> join(within(1.secs(), 1.secs())),
        j >> ignore,
    );
}
