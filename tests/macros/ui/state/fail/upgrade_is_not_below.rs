//! An upgrade of the version that the type has.

use millstream::prelude::*;

#[derive(Default, State)]
#[state(version = 2, upgrade(1 = from_seconds, 2 = from_seconds))]
struct Busy {
    micros: u64,
}

fn from_seconds(secs: u64) -> Busy {
    Busy { micros: secs * 1_000_000 }
}

fn main() {}
