//! A key that borrows.

use millstream::prelude::*;

#[derive(Clone, PartialEq, Eq, Key)]
struct Account<'a> {
    bank: &'a str,
    number: u64,
}

fn main() {}
