//! A promise that a file that grows cannot keep, under a name.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        job("copy", exactly_once),
        lines = source(file_lines("a.txt")),
        copy = lines >> sink(jsonl_file("b.jsonl")),
    );
}
