//! A sink that ends two lines.

use millstream::prelude::*;

fn main() {
    let out = Collected::new().sink();
    let _ = topology!(
        numbers = source(from_iter([1_u64, 2])),
        numbers >> sink(out),
        numbers >> map(|n| n + 1) >> sink(out),
    );
}
