//! An operator that can fail in the middle of a line.

use millstream::prelude::*;

#[operator]
async fn parse(word: &'static str) -> Result<u64, std::num::ParseIntError> {
    word.parse()
}

fn main() {
    let _ = topology!(
        words = source(from_iter(["one", "two"])),
        words >> parse >> map(|number| number + 1) >> ignore,
    );
}
