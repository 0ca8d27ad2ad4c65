//! Two methods with two types of state.

use millstream::prelude::*;

#[derive(Clone)]
struct Twice;

#[operator]
impl Twice {
    async fn process(number: u64, seen: &mut u64) -> u64 {
        *seen + number
    }

    async fn on_timer(_timer: Timer, seen: &mut u32) -> u64 {
        u64::from(*seen)
    }
}

fn main() {}
