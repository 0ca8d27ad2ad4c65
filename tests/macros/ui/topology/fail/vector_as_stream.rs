//! A line that begins with a `Vec`.

use millstream::prelude::*;

fn main() {
    let list = vec![1, 2];
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> ignore,
        list >> map(|n| n + 1) >> ignore,
    );
}
