//! An event that is borrowed, with a lifetime.

use millstream::prelude::*;

#[operator]
async fn length<'a>(word: &'a str) -> usize {
    word.len()
}

fn main() {}
