//! State that cannot be written to a checkpoint.

use millstream::prelude::*;

#[derive(Default)]
struct Total(u64);

#[operator]
async fn total(amount: u64, total: &mut Total) -> u64 {
    total.0 += amount;
    total.0
}

fn main() {
    topology!(
        job("till", at_least_once),
        amounts = source(from_iter_again([3, 4])),
        amounts >> by(|amount| amount % 2) >> total >> ignore,
    );
}
