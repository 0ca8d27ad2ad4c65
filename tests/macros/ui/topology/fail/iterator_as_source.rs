//! An iterator that is not made a source.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {
    let _ = topology!(
        numbers = source(vec![1_u64, 2]),
        numbers >> twice >> ignore,
    );
}
