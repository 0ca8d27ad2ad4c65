//! Calls in flight of a function that never awaits.

use millstream::prelude::*;

#[operator(in_flight = 64)]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {}
