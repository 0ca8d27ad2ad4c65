//! A state whose type has no name.

use millstream::prelude::*;

#[operator]
async fn next(number: u64, numbers: &mut impl Iterator<Item = u64>) -> u64 {
    number + numbers.next().unwrap_or_default()
}

fn main() {}
