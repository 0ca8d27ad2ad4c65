//! A stream is given back.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> impl futures::Stream<Item = u64> {
    futures::stream::iter([number, number])
}

fn main() {}
