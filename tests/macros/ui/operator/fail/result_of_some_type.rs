//! A result whose type has no name.

use millstream::prelude::*;

#[operator]
async fn text(number: u64) -> impl ToString {
    number
}

fn main() {}
