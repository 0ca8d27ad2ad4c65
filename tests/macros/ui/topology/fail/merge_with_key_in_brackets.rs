//! A key in brackets.

use millstream::prelude::*;

#[operator]
async fn count(_number: u64, count: &mut u64) -> u64 {
    *count += 1;
    *count
}

fn main() {
    let _ = topology!(
        a = source(from_iter([1_u64])),
        [a >> by(|n| *n), source(from_iter([2_u64]))] >> count >> ignore,
    );
}
