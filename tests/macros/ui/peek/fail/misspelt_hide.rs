//! `hide` is misspelt.

use millstream::prelude::*;

#[derive(Peek)]
struct Payment {
    id: u64,
    #[peek(hidden)]
    card: String,
}

fn main() {}
