//! Another event in a line that has a name.

use millstream::prelude::*;

#[operator]
async fn length(word: String) -> usize {
    word.len()
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        lengths = numbers >> length,
        lengths >> ignore,
    );
}
