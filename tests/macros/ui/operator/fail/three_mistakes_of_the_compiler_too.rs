//! Two mistakes of the attribute and one of a type.

use millstream::prelude::*;

#[operator(name = "", timeout = 3)]
async fn count(number: u64, count: Output<u64>) -> u64 {
    number
}

fn main() {}
