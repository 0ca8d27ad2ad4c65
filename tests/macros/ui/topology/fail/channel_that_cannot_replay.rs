//! A promise that a channel cannot keep.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64) -> u64 {
    2 * number
}

fn main() {
    let _ = topology!(
        job("doubling", exactly_once),
        numbers = source(from_channel(tokio::sync::mpsc::channel::<u64>(1).1)),
        numbers >> twice >> ignore,
    );
}
