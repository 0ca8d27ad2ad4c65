//! A timer that is set by a function.

use millstream::prelude::*;

#[operator]
async fn waited(number: u64, last: &mut u64, ctx: &mut Context) -> u64 {
    ctx.timer_after(10.secs());
    std::mem::replace(last, number)
}

fn main() {}
