//! What becomes of late events, by another word than `ignore`.

use millstream::prelude::*;

fn main() {
    let _ = topology!(job("a").late(drop), source(from_iter([1])) >> ignore);
}
