//! A method that is not called yet.

use millstream::prelude::*;

#[derive(Clone)]
struct Twice;

#[operator]
impl Twice {
    async fn open(&self) {}

    async fn process(number: u64) -> u64 {
        2 * number
    }
}

fn main() {}
