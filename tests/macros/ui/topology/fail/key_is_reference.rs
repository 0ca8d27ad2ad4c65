//! A key that is a reference to a part of the event.

use millstream::prelude::*;

struct Tx {
    card: String,
}

fn main() {
    let _ = topology!(
        tx = source(from_iter([Tx { card: "a".to_owned() }])),
        tx >> by(|t| &t.card) >> map(|t| t.card) >> ignore,
    );
}
