//! The name of a sink is merged.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        end = numbers >> sink(Collected::<u64>::new().sink()),
        [end] >> ignore,
    );
}
