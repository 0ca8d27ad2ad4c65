//! Batches of what no checkpoint can keep.

use millstream::prelude::*;

struct Row(u64);

fn main() {
    let _ = topology!(
        job("rows", at_least_once),
        rows = source(csv_file::<u64>("rows.csv")) >> map(Row),
        batches = rows >> in_batches_of(100).or_after(1.secs()),
        batches >> sink(for_each(drop)),
    );
}
