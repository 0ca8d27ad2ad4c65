//! A source in the middle of a line.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> source(from_iter([1_u64])) >> ignore,
    );
}
