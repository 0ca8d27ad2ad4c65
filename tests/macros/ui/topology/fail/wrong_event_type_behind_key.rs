//! Another event behind a key.

use millstream::prelude::*;

#[operator]
async fn total(word: String, total: &mut usize) -> usize {
    *total += word.len();
    *total
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> by(|n| *n) >> total >> ignore,
    );
}
