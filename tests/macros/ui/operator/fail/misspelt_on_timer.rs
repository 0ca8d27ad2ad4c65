//! A method that nobody would call.

use millstream::prelude::*;

#[derive(Clone)]
struct Twice;

#[operator]
impl Twice {
    async fn process(number: u64, ctx: &mut Context) -> u64 {
        ctx.timer_after(1.secs());
        2 * number
    }

    async fn on_timers(_timer: Timer) {}
}

fn main() {}
