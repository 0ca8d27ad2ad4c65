//! A line that is expanded step by step: the message is that of a short one.

use millstream::prelude::*;

#[operator]
async fn next(number: u64) -> u64 {
    number + 1
}

#[operator]
async fn told(text: String) -> usize {
    text.len()
}

pub fn line(numbers: impl Source<u64>, out: impl Sink<usize>) -> Topology {
    topology!(
        source(numbers)
            >> next >> next >> next >> next >> next >> next >> next >> next >> next >> next
            >> next >> next >> next >> next >> next >> next >> next >> told >> sink(out),
    )
}

fn main() {}
