//! An argument too many.

use millstream::prelude::*;

#[operator]
async fn times(number: u64, factor: u64) -> u64 {
    factor * number
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> times(2, 3) >> ignore,
    );
}
