//! A missing comma, no instance, and another event: all are told.

use millstream::prelude::*;

#[operator]
async fn length(word: String) -> usize {
    word.len()
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2]))
        numbers >> filter(|n| *n > 1) * 0 >> ignore,
        numbers >> length >> ignore,
    );
}
