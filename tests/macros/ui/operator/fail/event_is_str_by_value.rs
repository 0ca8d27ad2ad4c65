//! An event that is text without a size.

use millstream::prelude::*;

#[operator]
async fn length(word: str) -> usize {
    word.len()
}

fn main() {}
