//! An argument that does not exist.

use millstream::prelude::*;

#[derive(Default, State)]
#[state(versoin = 2)]
struct Busy {
    micros: u64,
}

fn main() {}
