//! The attribute on a method, which a topology names: one error.

use millstream::prelude::*;

struct Twice;

impl Twice {
    #[operator]
    async fn process(&mut self, number: u64) -> u64 {
        2 * number
    }
}

pub fn doubled(numbers: impl Source<u64>, out: impl Sink<u64>) -> Topology {
    topology!(numbers = source(numbers), numbers >> Twice::process >> sink(out))
}

fn main() {}
