//! A field that the events lack, in `event_time`.

use millstream::prelude::*;

#[derive(Debug, Clone, PartialEq)]
struct Tx {
    card: u64,
}

fn main() {
    let _ = topology!(
        tx = source(from_iter([Tx { card: 1 }])),
        tx >> event_time(|t| t.at, lateness(1.secs())) >> ignore,
    );
}
