//! Panics that are routed, and a state that cannot be put back.

use millstream::prelude::*;

#[derive(Default)]
struct Seen(u64);

#[operator(panics = route)]
async fn numbered(event: u64, seen: &mut Seen) -> (u64, u64) {
    seen.0 += 1;
    (event, seen.0)
}

fn main() {}
