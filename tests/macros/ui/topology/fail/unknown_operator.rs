//! An operator that does not exist.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> average_ticket >> ignore,
    );
}
