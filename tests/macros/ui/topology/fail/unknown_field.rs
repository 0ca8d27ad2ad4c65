//! A key the events lack.

use millstream::prelude::*;

#[derive(Debug, Clone, PartialEq)]
struct Tx {
    card: u64,
}

fn main() {
    let _ = topology!(
        tx = source(from_iter([Tx { card: 1 }])),
        tx >> by(|t| t.crad) >> filter(|t| t.card > 0) >> ignore,
    );
}
