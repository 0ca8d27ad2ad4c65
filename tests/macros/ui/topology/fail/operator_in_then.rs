//! An operator in a word that other systems have for it.

use millstream::prelude::*;

#[operator]
async fn twice(e: (u64, f64)) -> f64 {
    2.0 * e.1
}

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        a >> then(twice) >> ignore,
    );
}
