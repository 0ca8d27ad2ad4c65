//! Errors of the first operator, while those of the last are connected.

use millstream::prelude::*;

#[operator]
async fn parse(word: &'static str) -> Result<u64, std::num::ParseIntError> {
    word.parse()
}

fn main() {
    let _ = topology!(
        words = source(from_iter(["one", "two"])),
        sums = words >> parse >> map(|n| n + 1),
        sums >> ignore,
        sums.errors >> ignore,
    );
}
