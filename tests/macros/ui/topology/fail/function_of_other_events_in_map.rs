//! A function of other events in place of a closure.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> map(f64::sqrt) >> ignore,
    );
}
