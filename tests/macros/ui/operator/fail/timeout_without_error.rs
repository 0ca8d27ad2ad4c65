//! An error that cannot say that a call took too long.

use millstream::prelude::*;

#[derive(Debug, thiserror::Error)]
#[error("unavailable")]
struct Unavailable;

#[operator(timeout = "2s")]
async fn located(address: u32) -> Result<u64, Unavailable> {
    Ok(lookup(address).await)
}

async fn lookup(address: u32) -> u64 {
    u64::from(address)
}

fn main() {}
