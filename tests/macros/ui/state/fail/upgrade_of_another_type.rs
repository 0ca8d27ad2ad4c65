//! An upgrade that makes another type.

use millstream::prelude::*;

#[derive(Default, State)]
#[state(version = 2, upgrade(1 = from_seconds))]
struct Busy {
    micros: u64,
}

fn from_seconds(secs: u64) -> u64 {
    secs * 1_000_000
}

fn main() {}
