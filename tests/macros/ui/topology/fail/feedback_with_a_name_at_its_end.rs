//! What is fed back has a name.

use millstream::prelude::*;

#[operator]
async fn less(n: u64) -> Option<u64> {
    n.checked_sub(1)
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([3_u64])),
        again = feedback(10, drop_oldest),
        fed = [numbers, again] >> less >> feedback(again),
    );
}
