//! A job without a name that promises something.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        job(at_most_once),
        numbers = source(from_iter([1_u64, 2])),
        numbers >> ignore,
    );
}
