//! Three circles of streams.

use millstream::prelude::*;

#[operator]
async fn less(n: u64) -> Option<u64> {
    n.checked_sub(1)
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([3_u64])),
        a = [numbers, c] >> less,
        b = [a, d] >> less,
        c = b >> less,
        d = [b, d] >> less,
        d >> ignore,
    );
}
