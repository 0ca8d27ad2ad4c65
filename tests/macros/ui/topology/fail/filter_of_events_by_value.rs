//! A closure of `filter` that says it owns its events.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> filter(|n: u64| n > 1) >> map(|n| n + 1) >> ignore,
    );
}
