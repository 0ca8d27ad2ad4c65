//! `?` on an error of another type.

use millstream::prelude::*;

#[operator]
async fn parse(word: String) -> Result<u64, std::fmt::Error> {
    Ok(word.parse::<u64>()?)
}

fn main() {}
