//! A value given when wiring that has no name.

use millstream::prelude::*;

#[operator]
async fn within(number: u64, (least, most): (u64, u64)) -> bool {
    least <= number && number <= most
}

fn main() {}
