//! Neither an event nor a timer gives something on.

use millstream::prelude::*;

#[derive(Clone)]
struct Nothing;

#[operator]
impl Nothing {
    async fn process(_number: u64, seen: &mut u64) {
        *seen += 1;
    }
}

fn main() {}
