//! Events that cannot change threads.

use std::rc::Rc;
use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([Rc::new(1_u64)])),
        numbers >> ignore,
    );
}
