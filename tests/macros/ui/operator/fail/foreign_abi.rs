//! An operator with the ABI of another language.

use millstream::prelude::*;

#[operator]
async extern "C" fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {}
