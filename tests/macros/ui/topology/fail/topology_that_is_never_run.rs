//! A topology that is declared and never run.

#![deny(unused_must_use)]

use millstream::prelude::*;

fn main() {
    topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> ignore,
    );
}
