//! An unsafe function.

use millstream::prelude::*;

#[operator]
async unsafe fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {}
