//! The body gives back another type than the signature says.

use millstream::prelude::*;

#[operator]
async fn length(word: String) -> u64 {
    word.len()
}

fn main() {}
