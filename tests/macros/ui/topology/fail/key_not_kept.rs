//! A key that cannot be written to a checkpoint.

use millstream::prelude::*;

#[derive(Clone, PartialEq, Eq, Hash, Key)]
struct Card(u64);

#[operator]
async fn total(amount: u64, total: &mut u64) -> u64 {
    *total += amount;
    *total
}

fn main() {
    topology!(
        job("till", at_least_once),
        amounts = source(from_iter_again([3, 4])),
        amounts >> by(|amount| Card(*amount)) >> total >> ignore,
    );
}
