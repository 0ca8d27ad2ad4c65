//! A loop that is fed by two lines.

use millstream::prelude::*;

#[operator]
async fn less(n: u64) -> Option<u64> {
    n.checked_sub(1)
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([3_u64])),
        again = feedback(10, drop_oldest),
        one = [numbers, again] >> less,
        one >> feedback(again),
        one >> less >> feedback(again),
    );
}
