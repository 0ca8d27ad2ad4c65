//! An output without events.

use millstream::prelude::*;

#[derive(Outputs)]
enum Parsed {
    Order(u64),
    Garbage,
}

fn main() {}
