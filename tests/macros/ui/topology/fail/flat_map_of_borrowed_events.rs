//! A closure of `flat_map` that says it borrows its events.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> flat_map(|n: &u64| Some(*n)) >> ignore,
    );
}
