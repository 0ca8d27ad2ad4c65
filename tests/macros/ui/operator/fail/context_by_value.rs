//! A context that is not borrowed.

use millstream::prelude::*;

#[operator]
async fn watched(number: u64, ctx: Context) -> u64 {
    drop(ctx);
    number
}

fn main() {}
