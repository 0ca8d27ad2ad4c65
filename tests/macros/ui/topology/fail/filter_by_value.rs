//! A filter that compares a reference.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> filter(|n| n > 2) >> ignore,
    );
}
