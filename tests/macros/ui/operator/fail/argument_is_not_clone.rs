//! A value given when wiring that cannot be cloned.

use millstream::prelude::*;

struct Limit(u64);

#[operator]
async fn add(number: u64, other: Limit) -> u64 {
    number + other.0
}

fn main() {}
