//! An error that cannot be told.

use millstream::prelude::*;

struct Wrong;

#[operator]
async fn halve(number: u64) -> Result<u64, Wrong> {
    if number % 2 == 0 { Ok(number / 2) } else { Err(Wrong) }
}

fn main() {}
