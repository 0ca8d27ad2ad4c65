//! `hide` at the type, not at its fields.

use millstream::prelude::*;

#[derive(Peek)]
#[peek(hide)]
struct Card {
    number: String,
}

fn main() {}
