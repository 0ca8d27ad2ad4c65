//! What is fed back never comes in again.

use millstream::prelude::*;

#[operator]
async fn less(n: u64) -> Option<u64> {
    n.checked_sub(1)
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([3_u64])),
        again = feedback::<u64>(10, drop_oldest),
        numbers >> less >> feedback(again),
    );
}
