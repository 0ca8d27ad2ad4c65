//! A throttle between a key and its operator.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> by(|number| *number) >> throttle(10.per_sec()) >> ignore,
    );
}
