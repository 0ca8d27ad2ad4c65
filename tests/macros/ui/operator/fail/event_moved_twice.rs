//! The event is used after it was given away.

use millstream::prelude::*;

#[operator]
async fn twice(word: String) -> Vec<String> {
    vec![word, word]
}

fn main() {}
