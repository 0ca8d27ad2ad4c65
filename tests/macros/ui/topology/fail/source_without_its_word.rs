//! A line that begins with a source, without `source(…)`.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        from_iter([1_u64, 2]) >> map(|n| n + 1) >> ignore,
    );
}
