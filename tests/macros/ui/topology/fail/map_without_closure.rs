//! A number where a closure should stand, in `map`.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> map(2) >> ignore,
    );
}
