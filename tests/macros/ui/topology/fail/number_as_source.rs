//! A number where a source should stand.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(42),
        numbers >> ignore,
    );
}
