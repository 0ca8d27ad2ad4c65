//! A join that sheds, and a job that keeps every event.

use millstream::prelude::*;

fn main() {
    let _ = topology!(
        job("prices", at_least_once),
        a = source(csv_file::<i64>("a.csv"))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        j = (a >> by(|n| *n), a >> by(|n| *n))
            >> full_join(within(1.secs(), 1.secs())).at_most(5).shed(),
        j >> ignore,
        j.late >> ignore,
        j.overflow >> ignore,
    );
}
