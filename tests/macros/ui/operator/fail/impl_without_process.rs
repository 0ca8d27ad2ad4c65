//! An operator that takes no event.

use millstream::prelude::*;

#[derive(Clone)]
struct Twice;

#[operator]
impl Twice {
    async fn on_timer(_timer: Timer, seen: &mut u64) -> u64 {
        *seen
    }
}

fn main() {}
