//! The third of three streams that are merged carries other events.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([1_u64])),
        b = source(from_iter([2_u64])),
        words = source(from_iter(["one", "two"])),
        [a, b, words] >> inspect(|_| ()) >> ignore,
    );
}
