//! A name without letters.

use millstream::prelude::*;

#[operator(name = "")]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {}
