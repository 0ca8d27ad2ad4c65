//! What collects events is no sink itself.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> sink(Collected::<u64>::new()),
    );
}
