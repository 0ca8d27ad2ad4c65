//! An output that is not borrowed mutably.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64, out: &Output<u64>) {
    out.send(number).await;
}

fn main() {}
