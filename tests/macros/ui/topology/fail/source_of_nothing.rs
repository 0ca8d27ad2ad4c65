//! A source without arguments.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        numbers = source(),
        numbers >> ignore,
    );
}
