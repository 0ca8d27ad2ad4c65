//! A source that nobody uses.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        unused = source(from_iter([3_u64])),
        numbers >> ignore,
    );
}
