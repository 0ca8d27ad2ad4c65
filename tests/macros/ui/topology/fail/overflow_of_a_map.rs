//! The overflow of a node that has none.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        more = numbers >> map(|n| n + 1),
        more >> ignore,
        more.overflow >> ignore,
    );
}
