//! A time to live without a unit.

use millstream::prelude::*;

#[operator(ttl = "60")]
async fn counted(_: u64, count: &mut u64) -> u64 {
    *count += 1;
    *count
}

fn main() {}
