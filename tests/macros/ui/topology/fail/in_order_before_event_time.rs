//! An order of events that have no time.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        sorted = numbers >> in_order(|number| *number),
        sorted >> twice >> ignore,
        sorted.late >> ignore,
    );
}
