//! Events become something that cannot change threads.

use std::rc::Rc;
use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> map(Rc::new) >> ignore,
    );
}
