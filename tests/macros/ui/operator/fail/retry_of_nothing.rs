//! Repetitions of calls that cannot fail, and of which errors without any.

use millstream::prelude::*;

#[operator(retry = 3)]
async fn located(address: u32) -> u64 {
    std::future::ready(u64::from(address)).await
}

#[operator(retry_if = is_transient)]
async fn found(address: u32) -> Result<u64, std::fmt::Error> {
    std::future::ready(Ok(u64::from(address))).await
}

fn main() {}
