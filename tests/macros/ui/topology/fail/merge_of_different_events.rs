//! Streams of different events are merged.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        words = source(from_iter(["one", "two"])),
        [numbers, words] >> inspect(|_| ()) >> ignore,
    );
}
