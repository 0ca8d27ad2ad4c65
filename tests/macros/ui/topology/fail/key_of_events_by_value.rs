//! A closure of `by` that says it owns its events.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> by(|n: u64| n) >> map(|n| n + 1) >> ignore,
    );
}
