//! An event that is borrowed text.

use millstream::prelude::*;

#[operator]
async fn length(word: &str) -> usize {
    word.len()
}

fn main() {}
