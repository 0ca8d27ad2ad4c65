//! A source without its parentheses.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {
    let _ = topology!(
        numbers = source,
        numbers >> twice >> ignore,
    );
}
