//! A result whose error is hidden in an alias.

use millstream::prelude::*;

#[operator]
async fn parse(line: String) -> std::io::Result<usize> {
    Ok(line.len())
}

fn main() {}
