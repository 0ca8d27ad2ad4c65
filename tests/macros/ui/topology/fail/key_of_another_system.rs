//! A key with the word of another system.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        a >> group_by(|e| e.0) >> ignore,
    );
}
