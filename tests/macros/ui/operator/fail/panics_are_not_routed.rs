//! Another value of `panics`.

use millstream::prelude::*;

#[operator(panics = catch)]
async fn halved(number: u64) -> u64 {
    number / 2
}

fn main() {}
