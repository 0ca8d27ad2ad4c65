//! A reason to drop events, and an edge that drops none.

use millstream::prelude::*;

fn main() {
    let _: Topology = topology!(
        job("prices", at_least_once),
        ticks = source(csv_file::<u64>("ticks.csv")),
        ticks >> weaken("a page") >> buffer(100) >> sink(stdout_lines()),
    );
}
