//! A name without `name =`.

use millstream::prelude::*;

#[operator("double")]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {}
