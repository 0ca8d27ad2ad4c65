//! The type of the event does not exist.

use millstream::prelude::*;

#[operator]
async fn length(word: Strnig) -> usize {
    word.len()
}

fn main() {}
