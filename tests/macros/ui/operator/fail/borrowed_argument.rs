//! A borrowed parameter that is not said to be shared.

use millstream::prelude::*;

#[operator]
async fn limit(number: u64, limits: &Vec<u64>) -> Option<u64> {
    limits.contains(&number).then_some(number)
}

fn main() {}
