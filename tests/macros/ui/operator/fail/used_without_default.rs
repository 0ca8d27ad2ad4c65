//! State without a `Default`: nothing follows where it is used.

use millstream::prelude::*;
use std::time::Instant;

#[operator]
async fn late(number: u64, last: &mut Instant) -> u64 {
    number + last.elapsed().as_secs()
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64])),
        numbers >> by(|n| *n) >> late >> map(|n| n + 1) >> ignore,
    );
}
