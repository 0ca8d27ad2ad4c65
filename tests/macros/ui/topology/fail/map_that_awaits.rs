//! An async closure for `map`.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> map(async |n| n + 1) >> ignore,
    );
}
