//! An empty reason to drop events.

use millstream::prelude::*;

fn main() {
    let _: Topology = topology!(
        job("prices", at_least_once),
        ticks = source(csv_file::<u64>("ticks.csv")),
        ticks >> weaken("") >> overflow(drop_oldest) >> sink(stdout_lines()),
    );
}
