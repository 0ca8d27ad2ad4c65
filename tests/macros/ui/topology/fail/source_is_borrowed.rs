//! A source that is borrowed.

use millstream::prelude::*;

fn main() {
    let numbers = from_iter([1_u64, 2]);
    let _ = topology!(
        numbers = source(&numbers),
        numbers >> ignore,
    );
}
