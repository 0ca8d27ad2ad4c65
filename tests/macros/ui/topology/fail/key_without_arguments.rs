//! A word without its parentheses.

use millstream::prelude::*;

#[operator]
async fn count(_number: u64, count: &mut u64) -> u64 {
    *count += 1;
    *count
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> by >> count >> ignore,
    );
}
