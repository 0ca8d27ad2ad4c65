//! A window whose key and events have no types.

use millstream::prelude::*;

#[operator]
async fn size(window: Window) -> usize {
    window.len()
}

fn main() {}
