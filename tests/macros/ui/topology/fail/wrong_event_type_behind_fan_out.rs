//! Another event behind a fan-out.

use millstream::prelude::*;

#[operator]
async fn length(word: String) -> usize {
    word.len()
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> ignore,
        numbers >> length >> ignore,
    );
}
