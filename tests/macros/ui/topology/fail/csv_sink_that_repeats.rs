//! A promise that a file that grows cannot keep.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        job("copy", exactly_once),
        lines = source(file_lines("a.txt")),
        lines >> sink(csv_file("b.csv")),
    );
}
