//! An operator that is not `Clone`: each instance works on a clone.

use millstream::prelude::*;

struct Twice;

#[operator]
impl Twice {
    async fn process(number: u64) -> u64 {
        2 * number
    }
}

fn main() {}
