//! The errors of a node that cannot fail.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        more = numbers >> map(|n| n + 1),
        [more, more.errors] >> ignore,
    );
}
