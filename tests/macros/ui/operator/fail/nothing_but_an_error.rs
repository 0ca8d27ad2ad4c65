//! Only an error is given back.

use millstream::prelude::*;

#[operator]
async fn check(number: u64) -> Result<(), std::fmt::Error> {
    if number > 0 { Ok(()) } else { Err(std::fmt::Error) }
}

fn main() {}
