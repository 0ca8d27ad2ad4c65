//! A topology without lines.

use millstream::prelude::*;

fn main() {
    let _ = topology!();
}
