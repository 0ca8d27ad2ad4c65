//! Something is awaited that is no future.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> u64 {
    (2 * number).await
}

fn main() {}
