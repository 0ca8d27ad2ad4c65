//! A throttle that sheds, and a job that keeps every event.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        job("prices", at_least_once),
        ticks = source(csv_file::<u64>("ticks.csv")),
        shown = ticks >> throttle(25.per_sec()).shed(),
        [shown, shown.overflow] >> sink(stdout_lines()),
    );
}
