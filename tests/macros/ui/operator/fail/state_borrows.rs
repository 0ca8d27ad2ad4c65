//! A state that borrows.

use millstream::prelude::*;

#[operator]
async fn last(word: String, words: &mut Vec<&str>) -> usize {
    word.len() + words.len()
}

fn main() {}
