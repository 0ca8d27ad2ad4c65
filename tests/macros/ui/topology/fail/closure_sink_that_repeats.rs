//! A promise that a closure cannot keep.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        job("copy", exactly_once),
        lines = source(file_lines("a.txt")),
        lines >> sink(for_each(|line| println!("{line}"))),
    );
}
