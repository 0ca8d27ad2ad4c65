//! A state for each key on events that are dealt out.

use millstream::prelude::*;

#[operator]
async fn count(_number: u64, count: &mut u64) -> u64 {
    *count += 1;
    *count
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> shuffle >> count * 2 >> ignore,
    );
}
