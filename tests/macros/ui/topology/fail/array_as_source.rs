//! An array that is not made a source.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source([1_u64, 2]),
        numbers >> ignore,
    );
}
