//! A closure of `for_each` that captures an `Rc`.

use millstream::prelude::*;

fn main() {
    let seen = std::rc::Rc::new(std::cell::Cell::new(0));
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> sink(for_each(move |n| seen.set(n))),
    );
}
