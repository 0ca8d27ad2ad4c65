//! Late events of a stream that does not exist.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> ignore,
        nubmers.late >> ignore,
    );
}
