//! A key and no operator that has a use for it.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> by(|n| *n) >> sink(Collected::new().sink()),
    );
}
