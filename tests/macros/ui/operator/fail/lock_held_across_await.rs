//! A lock is held over an await.

use millstream::prelude::*;

#[operator]
async fn add(number: u64, #[shared] sum: &std::sync::Mutex<u64>) -> u64 {
    let mut sum = sum.lock().unwrap();
    *sum += number;
    tokio::task::yield_now().await;
    *sum
}

fn main() {}
