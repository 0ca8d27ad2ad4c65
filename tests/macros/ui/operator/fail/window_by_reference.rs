//! A window that is borrowed.

use millstream::prelude::*;

#[operator]
async fn size(window: &Window<u64, u64>) -> usize {
    window.len()
}

fn main() {}
