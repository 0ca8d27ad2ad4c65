//! Each argument about calls with a value that it cannot have.

use millstream::prelude::*;

#[operator(in_flight = 5_000, order = per_keys, timeout = 2, deadline = "0s", retry = fixed("1s"))]
async fn located(address: u32) -> Result<u64, std::fmt::Error> {
    std::future::ready(Ok(u64::from(address))).await
}

fn main() {}
