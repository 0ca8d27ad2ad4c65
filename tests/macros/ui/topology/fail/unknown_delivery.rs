//! A promise that there is not.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        job("numbers", exactly_twice),
        numbers = source(from_iter([1_u64, 2])),
        numbers >> ignore,
    );
}
