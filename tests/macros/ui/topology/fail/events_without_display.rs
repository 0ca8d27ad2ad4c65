//! Events that cannot be printed.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        source(from_iter([Some(1)])) >> sink(stdout_lines()),
    );
}
