//! An operator that takes windows, on events.

use millstream::prelude::*;

#[operator]
async fn size(window: Window<i64, i64>) -> usize {
    window.len()
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> by(|n| *n) >> size >> ignore,
    );
}
