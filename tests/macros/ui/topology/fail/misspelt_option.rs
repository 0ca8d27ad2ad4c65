//! A misspelt option of the job.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {
    let _ = topology!(
        job("doubling").instancs(2),
        numbers = source(from_iter([1_u64, 2])),
        numbers >> twice >> ignore,
    );
}
