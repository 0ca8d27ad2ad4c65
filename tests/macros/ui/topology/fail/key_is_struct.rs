//! A key of a type of the user that is no key.

use millstream::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Card(u64);

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> by(|n| Card(*n)) >> map(|n| n) >> ignore,
    );
}
