//! A job without key groups.

use millstream::prelude::*;

fn main() {
    let _ = topology!(job("counts").key_groups(0), source(from_iter([1_u64, 2])) >> ignore,);
}
