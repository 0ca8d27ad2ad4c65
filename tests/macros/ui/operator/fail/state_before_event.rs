//! The state stands before the event.

use millstream::prelude::*;

#[operator]
async fn count(count: &mut u64, _number: u64) -> u64 {
    *count += 1;
    *count
}

fn main() {}
