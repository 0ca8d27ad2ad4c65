//! State in a `Box<dyn …>`, which has no `Default`.

use millstream::prelude::*;

#[operator]
async fn applied(number: u64, rule: &mut Box<dyn Fn(u64) -> u64>) -> u64 {
    rule(number)
}

fn main() {}
