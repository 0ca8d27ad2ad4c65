//! An output named like a word of Rust.

use millstream::prelude::*;

#[derive(Outputs)]
enum Token {
    Name(String),
    Type(String),
}

fn main() {}
