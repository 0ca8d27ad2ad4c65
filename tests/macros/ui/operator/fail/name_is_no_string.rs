//! A name that is no string.

use millstream::prelude::*;

#[operator(name = twice)]
async fn double(number: u64) -> u64 {
    2 * number
}

fn main() {}
