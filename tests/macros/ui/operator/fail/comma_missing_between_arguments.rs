//! Two arguments without a comma.

use millstream::prelude::*;

#[operator(name = "double" crate = "millstream")]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {}
