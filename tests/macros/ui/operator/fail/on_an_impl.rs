//! The attribute on an impl, which is not built yet.

use millstream::prelude::*;

struct Twice;

#[operator]
impl Twice {
    async fn process(&mut self, number: u64) -> u64 {
        2 * number
    }
}

fn main() {}
