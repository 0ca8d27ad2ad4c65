//! A closure for `map` that returns a future, behind a key.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> by(|n| *n) >> map(|n| std::future::ready(n)) >> ignore,
    );
}
