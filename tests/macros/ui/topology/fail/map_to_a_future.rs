//! A function for `map` that is async.

use millstream::prelude::*;

async fn price(number: u64) -> u64 {
    number
}

fn main() {
    let _ = topology!(numbers = source(from_iter([1_u64, 2])), numbers >> map(price) >> ignore,);
}
