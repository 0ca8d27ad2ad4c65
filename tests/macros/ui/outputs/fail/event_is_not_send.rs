//! An output whose events cannot change threads.

use millstream::prelude::*;
use std::rc::Rc;

#[derive(Outputs)]
enum Parsed {
    Order(u64),
    Shared(Rc<u64>),
}

fn main() {}
