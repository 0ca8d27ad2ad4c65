//! A state that cannot change threads.

use millstream::prelude::*;

use std::rc::Rc;

#[operator]
async fn last(number: u64, last: &mut Rc<u64>) -> u64 {
    *last = Rc::new(number);
    number
}

fn main() {}
