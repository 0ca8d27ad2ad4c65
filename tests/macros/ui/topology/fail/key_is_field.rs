//! A field where a closure should stand.

use millstream::prelude::*;

#[derive(Debug, Clone, PartialEq)]
struct Tx {
    card: u64,
}

fn main() {
    let _ = topology!(
        tx = source(from_iter([Tx { card: 1 }])),
        tx >> by(card) >> map(|t| t.card) >> ignore,
    );
}
