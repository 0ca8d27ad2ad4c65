//! A constant in place of an operator.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> 5 >> ignore,
    );
}
