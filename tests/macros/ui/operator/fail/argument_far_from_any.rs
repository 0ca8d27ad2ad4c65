//! An argument that is near to none.

use millstream::prelude::*;

#[operator(parallel = 4)]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {}
