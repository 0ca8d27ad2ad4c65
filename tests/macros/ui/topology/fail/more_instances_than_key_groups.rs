//! More instances than there are key groups.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> by(|number| *number) >> twice * 400 >> ignore,
    );
}
