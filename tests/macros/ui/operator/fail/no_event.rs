//! No event.

use millstream::prelude::*;

#[operator]
async fn one() -> u64 {
    1
}

fn main() {}
