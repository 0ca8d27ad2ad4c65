//! Repetitions of calls that cannot fail.

use millstream::prelude::*;

#[operator(retry = 3)]
async fn located(address: u32) -> u64 {
    std::future::ready(u64::from(address)).await
}

fn main() {}
