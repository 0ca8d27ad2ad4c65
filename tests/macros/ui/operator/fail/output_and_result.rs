//! An output, and a result beside it.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64, out: &mut Output<u64>) -> u64 {
    out.send(number).await;
    number
}

fn main() {}
