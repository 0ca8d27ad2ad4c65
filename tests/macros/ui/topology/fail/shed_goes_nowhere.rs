//! What a throttle sheds is not connected.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        some = numbers >> throttle(10.per_sec()).shed(),
        some >> ignore,
    );
}
