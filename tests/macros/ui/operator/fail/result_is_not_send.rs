//! A result that cannot change threads.

use millstream::prelude::*;

use std::rc::Rc;

#[operator]
async fn wrap(number: u64) -> Rc<u64> {
    Rc::new(number)
}

fn main() {}
