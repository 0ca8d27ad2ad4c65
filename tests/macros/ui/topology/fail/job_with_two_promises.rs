//! A job that promises two things.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        job("doubling", at_most_once, exactly_once),
        numbers = source(from_iter([1_u64, 2])),
        numbers >> ignore,
    );
}
