//! A window of events that have no time.

use millstream::prelude::*;

#[operator]
async fn size(window: Window<u64, u64>) -> usize {
    window.len()
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        sizes = numbers >> by(|n| *n) >> window(tumbling(1.mins())) >> size,
        sizes >> ignore,
        sizes.late >> ignore,
    );
}
