//! A stream that is used above its definition.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {
    let _ = topology!(
        twos = numbers >> twice,
        numbers = source(from_iter([1_u64, 2])),
        twos >> ignore,
    );
}
