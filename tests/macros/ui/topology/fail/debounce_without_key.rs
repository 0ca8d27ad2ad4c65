//! The last event of no key.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> debounce(1.secs()) >> ignore,
    );
}
