//! A closure that borrows a variable.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([least])),
        numbers >> filter(|n| *n > least) >> ignore,
    );
}
