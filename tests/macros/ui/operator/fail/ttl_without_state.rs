//! A time to live of an operator without state.

use millstream::prelude::*;

#[operator(ttl = "1h")]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {}
