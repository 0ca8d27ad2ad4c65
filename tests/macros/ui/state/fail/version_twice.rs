//! Two versions.

use millstream::prelude::*;

#[derive(Default, State)]
#[state(version = 1, version = 1)]
struct Busy {
    micros: u64,
}

fn main() {}
