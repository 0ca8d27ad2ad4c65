//! Nothing is given back.

use millstream::prelude::*;

#[operator]
async fn show(number: u64) {
    println!("{number}");
}

fn main() {}
