//! An option of the job that is near to none.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {
    let _ = topology!(
        job("doubling").parallel(2),
        numbers = source(from_iter([1_u64, 2])),
        numbers >> twice >> ignore,
    );
}
