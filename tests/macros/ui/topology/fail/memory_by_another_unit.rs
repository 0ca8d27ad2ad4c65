//! An amount of memory in another unit.

use millstream::prelude::*;

fn main() {
    let _ = topology!(job("a").memory(64.mb()), source(from_iter([1])) >> ignore);
}
