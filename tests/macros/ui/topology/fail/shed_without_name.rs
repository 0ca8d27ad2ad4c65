//! What a throttle without a name sheds.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> throttle(10.per_sec()).shed() >> ignore,
    );
}
