//! Repetitions of calls that cannot fail, and a condition for none.

use millstream::prelude::*;

#[operator(retry = 3)]
async fn located(address: u32) -> u64 {
    lookup(address).await
}

#[operator(retry_if = is_transient)]
async fn found(address: u32) -> Result<u64, std::fmt::Error> {
    Ok(lookup(address).await)
}

#[operator(timeout = "2s", deadline = "1s")]
async fn sought(address: u32) -> u64 {
    lookup(address).await
}

async fn lookup(address: u32) -> u64 {
    u64::from(address)
}

fn main() {}
