//! A closure of `map` that says it borrows its events.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> map(|n: &u64| n + 1) >> ignore,
    );
}
