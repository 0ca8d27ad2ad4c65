//! One event in 0 is kept.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        twos = numbers >> overflow(sample(0)) >> twice,
        twos >> ignore,
        twos.overflow >> ignore,
    );
}
