//! A field whose type does not say what of it may be shown.

use millstream::prelude::*;

struct Card(String);

#[derive(Peek)]
struct Payment {
    id: u64,
    card: Card,
}

fn main() {}
