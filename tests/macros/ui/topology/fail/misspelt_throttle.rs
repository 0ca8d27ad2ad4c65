//! A misspelt throttle.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> throtle(10.per_sec()) >> ignore,
    );
}
