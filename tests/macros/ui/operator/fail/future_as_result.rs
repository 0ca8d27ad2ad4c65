//! A future as the result.

use millstream::prelude::*;

async fn lookup(number: u64) -> u64 {
    number
}

#[operator]
async fn found(number: u64) -> impl Future<Output = u64> {
    lookup(number)
}

fn main() {}
