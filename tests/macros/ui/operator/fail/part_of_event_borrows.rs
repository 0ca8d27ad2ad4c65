//! A part of the event is borrowed.

use millstream::prelude::*;

#[operator]
async fn length((word, times): (&str, usize)) -> usize {
    times * word.len()
}

fn main() {}
