//! A source that begins two lines.

use millstream::prelude::*;

fn main() {
    let numbers = from_iter([1_u64, 2]);
    let _ = topology!(
        source(numbers) >> ignore,
        source(numbers) >> map(|n: u64| n + 1) >> ignore,
    );
}
