//! A key by the name of a field.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        a = source(from_iter([(1_u64, 2.0_f64)])),
        a >> by("user") >> map(|e| e.1) >> ignore,
    );
}
