//! The name of a field in place of a closure.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> by("number") >> map(|n| n + 1) >> ignore,
    );
}
