//! A closure of `by` that captures an `Rc`.

use millstream::prelude::*;

fn main() {
    let seen = std::rc::Rc::new(std::cell::Cell::new(0));
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> by(move |n| n + seen.get()) >> map(|n| n + 1) >> ignore,
    );
}
