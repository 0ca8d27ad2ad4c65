//! An operator that is neither wired nor called: it is reported once, as a function.

#![deny(dead_code)]

use millstream::prelude::*;

#[operator]
async fn called(number: u64, factor: u64) -> u64 {
    factor * number
}

#[operator]
async fn not_used(number: u64) -> u64 {
    2 * number
}

fn main() {
    drop(called(1, 2));
}
