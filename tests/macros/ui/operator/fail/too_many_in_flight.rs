//! A constant number of calls in flight that is too large.

use millstream::prelude::*;

const LIMIT: usize = 10_000;

#[operator(in_flight = LIMIT)]
async fn located(address: u32) -> u64 {
    std::future::ready(u64::from(address)).await
}

fn main() {}
