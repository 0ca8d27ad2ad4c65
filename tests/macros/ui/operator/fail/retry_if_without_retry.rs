//! Which errors are worth a repetition, without any.

use millstream::prelude::*;

#[operator(retry_if = is_transient)]
async fn found(address: u32) -> Result<u64, std::fmt::Error> {
    std::future::ready(Ok(u64::from(address))).await
}

fn main() {}
