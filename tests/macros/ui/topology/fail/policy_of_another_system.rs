//! A policy that an edge does not have.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        b = a >> overflow(drop_all) >> map(|e| e.1),
        b >> ignore,
    );
}
