//! A struct as outputs.

use millstream::prelude::*;

#[derive(Outputs)]
struct Parsed {
    order: u64,
}

fn main() {}
