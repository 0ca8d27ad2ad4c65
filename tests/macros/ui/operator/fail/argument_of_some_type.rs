//! A closure given when wiring, whose type has no name.

use millstream::prelude::*;

#[operator]
async fn apply(number: u64, function: impl Fn(u64) -> u64) -> u64 {
    function(number)
}

fn main() {}
