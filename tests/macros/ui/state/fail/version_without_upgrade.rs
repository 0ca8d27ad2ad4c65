//! A second version, and no upgrade of the first.

use millstream::prelude::*;

#[derive(Default, State)]
#[state(version = 2)]
struct Busy {
    micros: u64,
}

fn main() {}
