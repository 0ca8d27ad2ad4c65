//! Repetitions of calls whose event cannot be copied.

use millstream::prelude::*;

struct Address(u32);

#[operator(retry = 3)]
async fn located(address: Address) -> Result<u64, std::fmt::Error> {
    std::future::ready(Ok(u64::from(address.0))).await
}

fn main() {}
