//! A field that the event lacks.

use millstream::prelude::*;

struct Tx {
    card: u64,
}

#[operator]
async fn card(tx: Tx) -> u64 {
    tx.crad
}

fn main() {}
