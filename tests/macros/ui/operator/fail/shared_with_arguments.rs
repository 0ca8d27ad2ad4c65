//! An attribute with arguments that takes none.

use millstream::prelude::*;

#[operator]
async fn limit(number: u64, #[shared(all)] limits: &Vec<u64>) -> bool {
    limits.contains(&number)
}

fn main() {}
