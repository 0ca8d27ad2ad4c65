//! The same behind a key.

use millstream::prelude::*;

fn main() {
    let _: Topology = topology!(
        job("prices", at_least_once),
        ticks = source(csv_file::<u64>("ticks.csv")),
        shown = ticks >> by(|tick| *tick) >> overflow(drop_newest) >> map(|tick| tick),
        [shown, shown.overflow] >> sink(stdout_lines()),
    );
}
