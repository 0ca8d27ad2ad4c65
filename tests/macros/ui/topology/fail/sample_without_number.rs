//! A sample without its number.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        b = a >> overflow(sample) >> map(|e| e.1),
        [b, b.overflow] >> ignore,
    );
}
