//! A shared parameter that is borrowed mutably.

use millstream::prelude::*;

#[operator]
async fn limit(number: u64, #[shared] limits: &mut Vec<u64>) -> u64 {
    limits.push(number);
    number
}

fn main() {}
