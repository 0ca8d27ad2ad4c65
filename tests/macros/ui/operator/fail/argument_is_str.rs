//! Borrowed text given when wiring.

use millstream::prelude::*;

#[operator]
async fn begins(word: String, with: &str) -> bool {
    word.starts_with(with)
}

fn main() {}
