//! A deadline that ends before one attempt may, and a condition that is no function.

use millstream::prelude::*;

#[operator(timeout = "2s", deadline = "1s")]
async fn sought(address: u32) -> u64 {
    std::future::ready(u64::from(address)).await
}

#[operator(retry = 3, retry_if = true)]
async fn found(address: u32) -> Result<u64, std::fmt::Error> {
    std::future::ready(Ok(u64::from(address))).await
}

fn main() {}
