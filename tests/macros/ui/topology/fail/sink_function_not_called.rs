//! A sink whose parentheses are missing.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        words = source(from_iter(["one", "two"])),
        words >> sink(stdout_lines),
    );
}
