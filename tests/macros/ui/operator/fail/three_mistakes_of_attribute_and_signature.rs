//! Two mistakes of the attribute and one of the signature.

use millstream::prelude::*;

#[operator(name = "", timeout = 3)]
async fn count(number: u64, _out: Output<u64>) -> u64 {
    number
}

fn main() {}
