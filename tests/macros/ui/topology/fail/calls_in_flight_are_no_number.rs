//! A number of calls that is none.

use millstream::prelude::*;

#[operator]
async fn located(address: u32) -> u64 {
    std::future::ready(u64::from(address)).await
}

fn main() {
    let _ = topology!(
        hits = source(from_iter([1_u32, 2])),
        hits >> located.in_flight("many") >> ignore,
    );
}
