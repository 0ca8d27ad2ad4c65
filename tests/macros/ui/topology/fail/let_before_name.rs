//! A line that begins with `let`.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        let numbers = source(from_iter([1_u64, 2])),
        numbers >> ignore,
    );
}
