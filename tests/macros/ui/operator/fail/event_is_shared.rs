//! An event that is said to be shared.

use millstream::prelude::*;

#[operator]
async fn length(#[shared] words: &Vec<String>) -> usize {
    words.len()
}

fn main() {}
