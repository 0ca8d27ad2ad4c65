//! Errors, and no name by which to connect them.

use millstream::prelude::*;

#[operator]
async fn parse(word: &'static str) -> Result<u64, std::num::ParseIntError> {
    word.parse()
}

fn main() {
    let _ = topology!(
        words = source(from_iter(["one", "two"])),
        words >> parse >> ignore,
    );
}
