//! A union as a key.

use millstream::prelude::*;

#[derive(Clone, Copy, Key)]
union Id {
    number: u64,
    bytes: [u8; 8],
}

fn main() {}
