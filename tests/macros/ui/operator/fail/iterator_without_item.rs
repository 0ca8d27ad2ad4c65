//! An iterator of nobody knows what.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> impl Iterator {
    [number, number].into_iter()
}

fn main() {}
