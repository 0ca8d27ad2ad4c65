//! Each argument about calls with a value that it cannot have.

use millstream::prelude::*;

#[operator(in_flight = 5_000, order = per_keys, timeout = 2, deadline = "0s", retry = fixed("1s"))]
async fn located(address: u32) -> Result<u64, std::fmt::Error> {
    Ok(lookup(address).await)
}

async fn lookup(address: u32) -> u64 {
    u64::from(address)
}

fn main() {}
