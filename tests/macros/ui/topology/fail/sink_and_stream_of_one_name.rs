//! A stream and a sink of one name.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers = numbers >> sink(Collected::<u64>::new().sink()),
    );
}
