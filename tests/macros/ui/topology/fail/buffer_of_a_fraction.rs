//! A buffer of a fraction.

use millstream::prelude::*;

fn main() {
    let size = 2.0;
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> buffer(size) >> ignore,
    );
}
