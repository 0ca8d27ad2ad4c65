//! Two outputs.

use millstream::prelude::*;

#[operator]
async fn split(number: u64, even: &mut Output<u64>, odd: &mut Output<u64>) {
    let out = if number % 2 == 0 { even } else { odd };
    out.send(number).await;
}

fn main() {}
