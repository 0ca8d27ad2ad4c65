//! Two streams before one arrow, without brackets.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([1_u64])),
        b = source(from_iter([2_u64])),
        (a, b) >> ignore,
    );
}
