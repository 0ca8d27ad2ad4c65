//! An error that borrows.

use millstream::prelude::*;

#[operator]
async fn positive(number: i64) -> Result<u64, &str> {
    u64::try_from(number).map_err(|_| "negative")
}

fn main() {}
