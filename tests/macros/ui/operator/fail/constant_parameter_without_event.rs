//! A constant parameter that the event does not decide.

use millstream::prelude::*;

#[operator]
async fn times<const N: u64>(number: u64) -> u64 {
    N * number
}

fn main() {}
