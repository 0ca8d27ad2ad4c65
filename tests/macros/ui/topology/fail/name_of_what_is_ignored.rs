//! What is ignored has a name.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        nothing = source(from_iter([1_u64, 2])) >> ignore,
    );
}
