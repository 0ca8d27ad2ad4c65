//! An event that is a borrowed slice.

use millstream::prelude::*;

#[operator]
async fn length(numbers: &[u64]) -> usize {
    numbers.len()
}

fn main() {}
