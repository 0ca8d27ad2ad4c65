//! The type of the state does not exist.

use millstream::prelude::*;

#[operator]
async fn count(number: u64, count: &mut Counter) -> u64 {
    count.next(number)
}

fn main() {}
