//! A crate path that is no path.

use millstream::prelude::*;

fn main() {
    let _ = topology!(crate = 7, source(from_iter([1_u64, 2])) >> ignore);
}
