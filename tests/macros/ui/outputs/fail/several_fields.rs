//! An output whose events are two values.

use millstream::prelude::*;

#[derive(Outputs)]
enum Parsed {
    Order(u64),
    Refund(u64, f64),
}

fn main() {}
