//! Calls of a word, which never awaits.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        hits = source(from_iter([1_u32, 2])),
        hits >> map(|address| address + 1).in_flight(64) >> ignore,
    );
}
