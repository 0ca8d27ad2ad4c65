//! An output, and a `Result` with an event beside it.

use millstream::prelude::*;

#[operator]
async fn twice(number: u64, out: &mut Output<u64>) -> Result<u64, std::fmt::Error> {
    out.send(number).await;
    Ok(number)
}

fn main() {}
