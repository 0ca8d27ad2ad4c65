//! A time to live of an operator with timers and without state.

use millstream::prelude::*;

#[derive(Clone)]
struct Late;

#[operator(ttl = "1h")]
impl Late {
    async fn process(second: i64, ctx: &mut Context) {
        ctx.timer_at(EventTime::from_secs(second));
    }

    async fn on_timer(_: Timer) -> u64 {
        1
    }
}

fn main() {}
