//! A field that the events lack, in `filter` behind a fan-out.

use millstream::prelude::*;

#[derive(Debug, Clone, PartialEq)]
struct Tx {
    card: u64,
}

fn main() {
    let _ = topology!(
        tx = source(from_iter([Tx { card: 1 }])),
        tx >> ignore,
        tx >> filter(|t| t.crad > 1) >> ignore,
    );
}
