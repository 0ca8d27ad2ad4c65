//! A word of Rust as a name.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        type = a >> map(|e| e.1),
        type >> ignore,
    );
}
