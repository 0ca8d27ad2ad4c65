//! An iterator that borrows the state, and a lifetime that there is not.

use millstream::prelude::*;

#[operator]
async fn seen(event: u64, all: &'a mut Vec<u64>) -> impl Iterator<Item = &'a u64> {
    all.push(event);
    all.iter()
}

fn main() {}
