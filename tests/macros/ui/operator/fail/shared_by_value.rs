//! A shared parameter that is not borrowed.

use millstream::prelude::*;

#[operator]
async fn limit(number: u64, #[shared] limits: Vec<u64>) -> Option<u64> {
    limits.contains(&number).then_some(number)
}

fn main() {}
