//! Letters of a timer that may fail.

use millstream::prelude::*;

#[derive(Clone)]
struct Reminder;

#[operator(errors = letters)]
impl Reminder {
    async fn process(&self, at: u64, ctx: &mut Context) -> Result<(), String> {
        ctx.timer_at(EventTime::from_secs(i64::try_from(at).map_err(|e| e.to_string())?));
        Ok(())
    }
    async fn on_timer(&self, _: Timer, _: &mut u64) -> Result<u64, String> {
        Err("no event".to_owned())
    }
}

fn main() {}
