//! A loop of Rust.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        for n in 0..2 { a >> map(move |e| e.0 * n) >> ignore },
    );
}
