//! A misspelt name of a method.

use millstream::prelude::*;

#[derive(Clone)]
struct Twice;

#[operator]
impl Twice {
    async fn proces(number: u64) -> u64 {
        2 * number
    }
}

fn main() {}
