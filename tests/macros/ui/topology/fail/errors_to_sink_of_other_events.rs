//! Errors go to a sink for text.

use millstream::prelude::*;

#[operator]
async fn parse(word: &'static str) -> Result<u64, std::num::ParseIntError> {
    word.parse()
}

fn main() {
    let _ = topology!(
        words = source(from_iter(["one", "two"])),
        numbers = words >> parse,
        numbers >> ignore,
        numbers.errors >> sink(Collected::<String>::new().sink()),
    );
}
