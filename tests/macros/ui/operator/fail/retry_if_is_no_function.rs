//! A condition of repetitions that is no function.

use millstream::prelude::*;

#[operator(retry = 3, retry_if = true)]
async fn found(address: u32) -> Result<u64, std::fmt::Error> {
    std::future::ready(Ok(u64::from(address))).await
}

fn main() {}
