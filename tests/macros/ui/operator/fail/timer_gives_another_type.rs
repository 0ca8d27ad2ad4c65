//! Two methods that give on events of two types.

use millstream::prelude::*;

#[derive(Clone)]
struct Twice;

#[operator]
impl Twice {
    async fn process(number: u64, seen: &mut u64) -> u64 {
        *seen + number
    }

    async fn on_timer(_timer: Timer, seen: &mut u64) -> String {
        seen.to_string()
    }
}

fn main() {}
