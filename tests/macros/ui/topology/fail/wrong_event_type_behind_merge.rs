//! Another event behind a merge.

use millstream::prelude::*;

#[operator]
async fn length(word: String) -> usize {
    word.len()
}

fn main() {
    let _ = topology!(
        a = source(from_iter([1_u64])),
        b = source(from_iter([2_u64])),
        [a, b] >> length >> ignore,
    );
}
