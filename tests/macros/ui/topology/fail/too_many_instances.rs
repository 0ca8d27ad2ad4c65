//! More instances than any job needs.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> shuffle >> twice * 1_000_000_000_000 >> ignore,
    );
}
