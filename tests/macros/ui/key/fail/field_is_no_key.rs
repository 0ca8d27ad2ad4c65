//! A key with a number of a kind that is no key.

use millstream::prelude::*;

#[derive(Clone, PartialEq, Key)]
enum Price {
    Free,
    Paid(f64),
}

impl Eq for Price {}

fn main() {}
