//! A loop whose type is not known in time.

use millstream::prelude::*;

#[operator]
async fn less(n: u64) -> Option<u64> {
    n.checked_sub(1)
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([3_u64])),
        again = feedback(10, drop_oldest),
        old = again >> less,
        [numbers, old] >> less >> feedback(again),
    );
}
