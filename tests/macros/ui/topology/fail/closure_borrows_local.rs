//! A closure that borrows a variable.

use millstream::prelude::*;

fn main() {
    let least = 1_u64;
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> filter(|n| *n > least) >> ignore,
    );
}
