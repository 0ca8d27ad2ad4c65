//! A value given when wiring that cannot change threads.

use millstream::prelude::*;

use std::rc::Rc;

#[operator]
async fn add(number: u64, other: Rc<u64>) -> u64 {
    number + *other
}

fn main() {}
