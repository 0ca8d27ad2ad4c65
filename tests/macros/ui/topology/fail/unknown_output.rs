//! An output that the node does not have.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> ignore,
        numbers.latte >> ignore,
    );
}
