//! A function that is no operator.

use millstream::prelude::*;

async fn halve(number: u64) -> u64 {
    number / 2
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> halve >> ignore,
    );
}
