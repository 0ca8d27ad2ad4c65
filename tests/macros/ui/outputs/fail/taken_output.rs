//! An output named like one that every node can have.

use millstream::prelude::*;

#[derive(Outputs)]
enum Reading {
    Good(u64),
    Late(u64),
}

fn main() {}
