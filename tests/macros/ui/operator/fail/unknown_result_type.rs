//! The type of the result does not exist.

use millstream::prelude::*;

#[operator]
async fn length(word: String) -> Lenght {
    word.len()
}

fn main() {}
