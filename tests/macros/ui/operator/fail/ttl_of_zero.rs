//! A time to live of nothing.

use millstream::prelude::*;

#[operator(ttl = "0s")]
async fn counted(_: u64, count: &mut u64) -> u64 {
    *count += 1;
    *count
}

fn main() {}
