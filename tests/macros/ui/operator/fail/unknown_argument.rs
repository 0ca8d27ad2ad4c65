//! A misspelt argument of the attribute.

use millstream::prelude::*;

#[operator(naem = "twice")]
async fn double(number: u64) -> u64 {
    2 * number
}

fn main() {}
