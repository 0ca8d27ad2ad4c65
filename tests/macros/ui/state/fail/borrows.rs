//! State that borrows.

use millstream::prelude::*;

#[derive(State)]
struct Last<'a> {
    city: &'a str,
    visits: u64,
}

fn main() {}
