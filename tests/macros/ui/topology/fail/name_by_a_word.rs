//! A name by a word of other systems.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        a >> map(|e| e.1) >> named("values") >> ignore,
    );
}
