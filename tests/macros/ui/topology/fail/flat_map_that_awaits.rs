//! A `flat_map` whose closure returns a future.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> flat_map(move |n| async move { [n] }) >> ignore,
    );
}
