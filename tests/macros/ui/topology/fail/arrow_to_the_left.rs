//! Arrows to the left.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        ignore << map(|e| e.1) << a,
    );
}
