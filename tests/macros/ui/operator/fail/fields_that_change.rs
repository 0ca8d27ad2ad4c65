//! An operator that keeps its state in its fields.

use millstream::prelude::*;

#[derive(Clone)]
struct Count(u64);

#[operator]
impl Count {
    async fn process(&mut self, number: u64) -> u64 {
        self.0 += number;
        self.0
    }
}

fn main() {}
