//! Repetitions of calls whose event and state cannot be copied.

use millstream::prelude::*;

struct Address(u32);

#[derive(Default)]
struct Seen(u64);

#[operator(retry = 3)]
async fn located(address: Address, seen: &mut Seen) -> Result<u64, std::fmt::Error> {
    seen.0 += 1;
    std::future::ready(Ok(u64::from(address.0))).await
}

fn main() {}
