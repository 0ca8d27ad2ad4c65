//! A parameter that is only there in some builds.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64, #[cfg(unix)] times: u64) -> u64 {
    times * number
}

fn main() {}
