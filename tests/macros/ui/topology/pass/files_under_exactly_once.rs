//! Files are cut back or committed.

use millstream::prelude::*;

pub fn main() {
    let topology = topology!(
        job("copy", exactly_once),
        lines = source(file_lines("a.txt")),
        lines >> sink(csv_file("b.csv")),
        copy = lines >> sink(jsonl_file("b.jsonl")),
        lines >> sink(csv_parts("b")),
        copies = lines >> sink(jsonl_parts("c")),
        lines >> sink(idempotent(for_each(drop))),
        lines >> ignore,
    );
    topology.check().unwrap();
}
