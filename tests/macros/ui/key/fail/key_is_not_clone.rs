//! A key that cannot be cloned into state tables.

use millstream::prelude::*;

#[derive(PartialEq, Eq, Key)]
struct Account {
    number: u64,
}

fn main() {}
