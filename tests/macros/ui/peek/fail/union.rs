//! A union that is to be shown.

use millstream::prelude::*;

#[derive(Clone, Copy, Peek)]
union Id {
    number: u64,
    bytes: [u8; 8],
}

fn main() {}
