//! The attribute on the impl of a trait.

use millstream::prelude::*;

#[derive(Clone, Default)]
struct Twice;

#[operator]
impl Iterator for Twice {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        None
    }
}

fn main() {}
