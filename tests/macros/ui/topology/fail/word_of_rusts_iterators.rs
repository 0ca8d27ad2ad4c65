//! A word of Rust's iterators.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        a >> filter_map(|e| (e.1 > 1.0).then_some(e)) >> ignore,
    );
}
