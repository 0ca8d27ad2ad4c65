//! A sink, a key and an operator of other types.

use millstream::prelude::*;

#[operator]
async fn length(word: String) -> usize {
    word.len()
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> length >> ignore,
        numbers >> by(|n| *n as f32) >> map(|n| n) >> ignore,
        numbers >> sink(Vec::<u64>::new()),
    );
}
