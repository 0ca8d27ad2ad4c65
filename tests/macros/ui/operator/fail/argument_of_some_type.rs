//! An argument whose type has no name within another.

use millstream::prelude::*;

#[operator]
async fn apply(number: u64, function: Option<impl Fn(u64) -> u64>) -> u64 {
    function.map_or(number, |function| function(number))
}

fn main() {}
