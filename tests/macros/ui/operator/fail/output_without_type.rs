//! An output whose events have no type.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64, out: &mut Output) {
    out.send(number).await;
    out.send(number).await;
}

fn main() {}
