//! A stream with a key is merged.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([1_u64])),
        b = source(from_iter([2_u64])) >> by(|n| *n),
        [a, b] >> ignore,
    );
}
