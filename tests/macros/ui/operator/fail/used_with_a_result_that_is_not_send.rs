//! A result that does not move between threads: nothing follows where it is used.

use millstream::prelude::*;
use std::rc::Rc;

#[operator]
async fn wrap(number: u64) -> Rc<u64> {
    Rc::new(number)
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64])),
        numbers >> wrap >> map(|n| *n + 1) >> ignore,
    );
}
