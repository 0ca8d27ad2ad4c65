//! No source.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        job("empty"),
    );
}
