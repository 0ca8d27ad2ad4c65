//! A closure with too many parameters.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> map(|n, m| n + m) >> ignore,
    );
}
