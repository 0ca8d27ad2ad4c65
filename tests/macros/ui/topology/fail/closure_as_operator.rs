//! A closure where an operator should stand.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> |n| n + 1 >> ignore,
    );
}
