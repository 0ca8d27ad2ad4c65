//! A value given when wiring that borrows.

use millstream::prelude::*;

#[operator]
async fn known(word: String, words: Vec<&str>) -> bool {
    words.contains(&word.as_str())
}

fn main() {}
