//! An event that is borrowed.

use millstream::prelude::*;

#[operator]
async fn twice(number: &u64) -> u64 {
    2 * number
}

fn main() {}
