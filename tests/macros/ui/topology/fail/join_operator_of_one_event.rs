//! An operator of single events behind a join.

use millstream::prelude::*;

#[operator]
async fn twice(n: i64) -> i64 {
    n * 2
}

fn main() {
    let _ = topology!(
        a = source(from_iter([1_i64]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        j = (a >> by(|n| *n), a >> by(|n| *n)) >> full_join(tumbling(1.secs())),
        j >> twice >> ignore,
        j.late >> ignore,
    );
}
