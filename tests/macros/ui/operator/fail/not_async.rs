//! An operator that is no `async fn`.

use millstream::prelude::*;

#[operator]
fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {}
