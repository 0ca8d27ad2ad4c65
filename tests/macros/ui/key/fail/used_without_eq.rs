//! A key that cannot be compared: nothing follows where it is used.

use millstream::prelude::*;

#[derive(Clone, Key)]
struct Place(u64);

#[operator]
async fn total(number: u64, sum: &mut u64) -> u64 {
    *sum += number;
    *sum
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64])),
        numbers >> by(|n| Place(*n)) >> total >> map(|n| n + 1) >> ignore,
    );
}
