//! The events are options, the operator takes what is in them.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([Some(1_u64), None])),
        numbers >> twice >> ignore,
    );
}
