//! The attribute on a method.

use millstream::prelude::*;

struct Twice;

impl Twice {
    #[operator]
    async fn process(&mut self, number: u64) -> u64 {
        2 * number
    }
}

fn main() {}
