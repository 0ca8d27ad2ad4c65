//! A version that is no number.

use millstream::prelude::*;

#[derive(Default, State)]
#[state(version = "1.2.0")]
struct Busy {
    micros: u64,
}

fn main() {}
