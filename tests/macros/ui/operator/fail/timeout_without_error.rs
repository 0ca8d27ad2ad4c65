//! An error that cannot say that a call took too long.

use millstream::prelude::*;

#[derive(Debug, thiserror::Error)]
#[error("unavailable")]
struct Unavailable;

#[operator(timeout = "2s")]
async fn located(address: u32) -> Result<u64, Unavailable> {
    std::future::ready(Ok(u64::from(address))).await
}

fn main() {}
