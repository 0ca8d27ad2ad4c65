//! State of a type that is called `Context`.

use millstream::prelude::*;

#[derive(Default)]
struct Context(u64);

#[operator]
async fn total(number: u64, ctx: &mut Context) -> u64 {
    ctx.0 += number;
    ctx.0
}

fn main() {}
