//! An output whose events have fields, but no type.

use millstream::prelude::*;

#[derive(Outputs)]
enum Parsed {
    Order(u64),
    Refund { id: u64, amount: f64 },
}

fn main() {}
