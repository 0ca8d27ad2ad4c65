//! Another event behind `shuffle`, at two instances.

use millstream::prelude::*;

#[operator]
async fn length(word: String) -> usize {
    word.len()
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> shuffle >> length * 2 >> ignore,
    );
}
