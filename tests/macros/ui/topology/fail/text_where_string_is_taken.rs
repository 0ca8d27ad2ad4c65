//! The events are `&str`, the operator takes a `String`.

use millstream::prelude::*;

#[operator]
async fn length(word: String) -> usize {
    word.len()
}

fn main() {
    let _ = topology!(
        words = source(from_iter(["one", "two"])),
        words >> length >> ignore,
    );
}
