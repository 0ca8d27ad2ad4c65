//! Batches of no event.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> in_batches_of(0).or_after(1.secs()) >> ignore,
    );
}
