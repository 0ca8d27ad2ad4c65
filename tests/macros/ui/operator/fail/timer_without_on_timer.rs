//! A timer that is set by a type without `on_timer`.

use millstream::prelude::*;

#[derive(Clone)]
struct Wait;
#[operator]
impl Wait {
    async fn process(number: u64, last: &mut u64, ctx: &mut Context) -> u64 {
        if *last == 0 {
            ctx.timer_at(ctx.event_time() + 10.secs());
        }
        number
    }
}

fn main() {}
