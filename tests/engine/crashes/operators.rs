//! The operators of random jobs.

use super::cases::{LATER, ordered};
use super::events::Event;
use super::fuse;
use millstream::prelude::*;

#[operator]
pub async fn order_of_key(event: Event, order: &mut u64) -> (u64, u64) {
    *order = ordered(*order, event.id);
    fuse::burn();
    (event.key, *order)
}

#[operator]
pub async fn count_rounds(event: (Event, u64), count: &mut u64) -> (Event, u64, u64) {
    *count += 1;
    fuse::burn();
    (event.0, event.1, *count)
}

#[operator]
pub async fn count_of_key(event: Event, count: &mut u64) -> (u64, u64) {
    *count += 1;
    fuse::burn();
    (event.key, *count)
}

#[operator]
pub async fn count_and_forget(event: Event, count: &mut u64, ctx: &mut Context) -> (u64, u64) {
    *count += 1;
    let row = (event.id, *count);
    if event.id.is_multiple_of(4) {
        ctx.forget_key();
    }
    row
}

#[operator(ttl = "3s")]
pub async fn count_that_expires(event: Event, count: &mut u64) -> (u64, u64) {
    *count += 1;
    fuse::burn();
    (event.id, *count)
}

/// With several calls in flight, those of other keys.
#[operator(in_flight = 3)]
pub async fn awaited_count_of_key(event: Event, count: &mut u64) -> (u64, u64) {
    let before = *count;
    give_way(event.id).await;
    *count = before + 1;
    fuse::burn();
    (event.key, *count)
}

/// Gives others between no and three turns.
async fn give_way(id: u64) {
    for _ in 0..id % 4 {
        tokio::task::yield_now().await;
    }
}

/// Sets a timer for each event.
#[derive(Clone)]
pub struct Later;

#[operator]
impl Later {
    async fn process(event: Event, key: &mut u64, ctx: &mut Context) -> Option<(u64, u64)> {
        *key = event.key;
        ctx.timer_at(EventTime::from_secs(event.second + LATER));
        None
    }

    async fn on_timer(timer: Timer, key: &mut u64) -> Option<(u64, u64)> {
        match timer {
            Timer::At(time) => Some((*key, time.as_micros().cast_unsigned())),
            Timer::After(_) => None,
        }
    }
}

/// The same with several calls in flight.
#[derive(Clone)]
pub struct LaterSlowly;

#[operator(in_flight = 3)]
impl LaterSlowly {
    async fn process(event: Event, key: &mut u64, ctx: &mut Context) -> Option<(u64, u64)> {
        *key = event.key;
        ctx.timer_at(EventTime::from_secs(event.second + LATER));
        give_way(event.id).await;
        None
    }

    async fn on_timer(timer: Timer, key: &mut u64) -> Option<(u64, u64)> {
        match timer {
            Timer::At(time) => {
                give_way(time.as_micros().cast_unsigned() / 1_000_000).await;
                Some((*key, time.as_micros().cast_unsigned()))
            }
            Timer::After(_) => None,
        }
    }
}
