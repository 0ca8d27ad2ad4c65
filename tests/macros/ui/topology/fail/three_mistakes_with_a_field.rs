//! A stream without an end, no room, and an unknown field.

use millstream::prelude::*;

#[derive(Debug, Clone, PartialEq)]
struct Tx {
    card: u64,
}

fn main() {
    let _ = topology!(
        tx = source(from_iter([Tx { card: 1 }])),
        tx >> buffer(0) >> map(|t| t.card) >> ignore,
        tx >> filter(|t| t.crad > 1) >> ignore,
        ends = tx >> inspect(|_| {}),
    );
}
