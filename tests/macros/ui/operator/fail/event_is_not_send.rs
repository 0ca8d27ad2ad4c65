//! An event that cannot change threads.

use std::rc::Rc;
use millstream::prelude::*;

#[operator]
async fn unwrap(number: Rc<u64>) -> u64 {
    *number
}

fn main() {}
