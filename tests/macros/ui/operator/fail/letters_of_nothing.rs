//! Letters of an operator that cannot fail.

use millstream::prelude::*;

#[operator(errors = letters)]
async fn halved(number: u64) -> u64 {
    number / 2
}

fn main() {}
