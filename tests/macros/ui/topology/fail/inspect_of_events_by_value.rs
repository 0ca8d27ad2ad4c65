//! A closure of `inspect` that says it owns its events.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> inspect(|n: u64| println!("{n}")) >> ignore,
    );
}
