//! A source whose parentheses are missing.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        lines = source(stdin_lines),
        lines >> ignore,
    );
}
