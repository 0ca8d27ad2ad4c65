//! A deadline that ends before one attempt may.

use millstream::prelude::*;

#[operator(timeout = "2s", deadline = "1s")]
async fn sought(address: u32) -> u64 {
    std::future::ready(u64::from(address)).await
}

fn main() {}
