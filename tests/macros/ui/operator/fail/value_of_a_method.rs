//! A value given when wiring that is no field.

use millstream::prelude::*;

#[derive(Clone)]
struct Times;

#[operator]
impl Times {
    async fn process(number: u64, factor: u64) -> u64 {
        factor * number
    }
}

fn main() {}
