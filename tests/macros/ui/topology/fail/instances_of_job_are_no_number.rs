//! A job with a text for a number of instances.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {
    let _ = topology!(
        job("doubling").instances("two"),
        numbers = source(from_iter([1_u64, 2])),
        numbers >> twice >> ignore,
    );
}
