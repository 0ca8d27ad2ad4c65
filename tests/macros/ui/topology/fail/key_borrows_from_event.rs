//! A key that borrows from the event.

use millstream::prelude::*;

struct Tx {
    card: String,
}

fn main() {
    let _ = topology!(
        tx = source(from_iter([Tx { card: "a".to_owned() }])),
        tx >> by(|t| t.card.as_str()) >> map(|t| t.card) >> ignore,
    );
}
