//! Two contexts.

use millstream::prelude::*;

#[operator]
async fn watched(number: u64, one: &mut Context, two: &mut Context) -> u64 {
    let _ = (one, two);
    number
}

fn main() {}
