//! Calls of an operator that never awaits.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> twice.in_flight(64) * 2 >> ignore,
    );
}
