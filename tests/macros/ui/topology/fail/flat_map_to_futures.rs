//! A closure for `flat_map` that returns futures.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> flat_map(|n| [std::future::ready(n)]) >> ignore,
    );
}
