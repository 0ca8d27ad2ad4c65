//! A result that borrows.

use millstream::prelude::*;

#[operator]
async fn last(word: String, words: &mut Vec<String>) -> Option<&String> {
    words.push(word);
    words.last()
}

fn main() {}
