//! A value that cannot change threads is kept over an await.

use std::rc::Rc;
use millstream::prelude::*;

#[operator]
async fn slow(number: u64) -> u64 {
    let kept = Rc::new(number);
    tokio::task::yield_now().await;
    *kept
}

fn main() {}
