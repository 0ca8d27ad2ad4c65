//! A field that the events lack, in `map`.

use millstream::prelude::*;

#[derive(Debug, Clone, PartialEq)]
struct Tx {
    card: u64,
}

fn main() {
    let _ = topology!(
        tx = source(from_iter([Tx { card: 1 }])),
        tx >> map(|t| t.crad + 1) >> ignore,
    );
}
