//! `on_timer` of an event.

use millstream::prelude::*;

#[derive(Clone)]
struct Twice;

#[operator]
impl Twice {
    async fn process(number: u64, _seen: &mut u64) -> u64 {
        2 * number
    }

    async fn on_timer(number: u64, _seen: &mut u64) -> u64 {
        number
    }
}

fn main() {}
