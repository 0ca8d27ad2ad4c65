//! A line that is expanded step by step: the message is that of a short one.

use millstream::prelude::*;

#[operator]
async fn next(number: u64) -> u64 {
    number + 1
}

#[operator]
async fn told(text: String) -> String { text }

fn main() {
    let _ = topology!(
        source(from_iter(0..9))
            >> next >> next >> next >> next >> next >> next >> next >> next >> next >> next
            >> next >> next >> next >> next >> next >> next >> next >> told >> ignore,
    );
}
