//! The second operator takes other events than the first gives on.

use millstream::prelude::*;

#[operator]
async fn length(word: String) -> usize {
    word.len()
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> map(|n| n as f64) >> length >> ignore,
    );
}
