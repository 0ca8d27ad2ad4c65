//! A struct that is no operator.

use millstream::prelude::*;

struct Halve {}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> Halve >> ignore,
    );
}
