//! Five mistakes of one signature, all of which are told.

use millstream::prelude::*;

#[operator]
unsafe fn count(number: u64, #[shared] count: &mut u64, one: u64, two: &u64) {
    *count += number + one + two;
}

fn main() {}
