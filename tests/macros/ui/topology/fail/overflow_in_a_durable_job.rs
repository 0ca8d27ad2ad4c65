//! An edge that may drop events, and a job that keeps them.

use millstream::prelude::*;

fn main() {
    let _: Topology = topology!(
        job("prices", at_least_once),
        ticks = source(csv_file::<u64>("ticks.csv")),
        ticks >> overflow(drop_oldest) >> buffer(100) >> sink(stdout_lines()),
    );
}
