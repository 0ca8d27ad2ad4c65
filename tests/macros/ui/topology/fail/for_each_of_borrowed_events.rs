//! A closure of `for_each` that says it borrows its events.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> sink(for_each(|n: &u64| println!("{n}"))),
    );
}
