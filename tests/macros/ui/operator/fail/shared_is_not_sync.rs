//! What all instances share cannot be used by two threads.

use millstream::prelude::*;

use std::cell::Cell;

#[operator]
async fn add(number: u64, #[shared] other: &Cell<u64>) -> u64 {
    number + other.replace(number)
}

fn main() {}
