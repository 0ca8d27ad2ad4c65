//! A closure that changes a variable.

use millstream::prelude::*;

fn main() {
    let mut count = 0;
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> map(|n| { count += 1; n + count }) >> ignore,
    );
}
