//! A path that is none.

use millstream::prelude::*;

#[operator(crate = "my crate")]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {}
