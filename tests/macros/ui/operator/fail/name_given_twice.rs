//! Two names for one operator.

use millstream::prelude::*;

#[operator(name = "twice", name = "double")]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {}
