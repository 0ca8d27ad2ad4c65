//! Joins with a bound in checkpoints: the rows are kept, the bound is that of the job.

use crate::durable_windows::{EVENTS, Numbers};
use crate::join_bounds::{number, numbers};
use millstream::prelude::*;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

type Seen = Arc<Mutex<Vec<u64>>>;

/// A side of which the watermark passes no event before the end.
fn early(_: &u64) -> EventTime {
    EventTime::from_secs(100)
}

fn shed_since(shed: &Seen, before: &mut usize) -> usize {
    let all = shed.lock().unwrap().len();
    let since = all - *before;
    *before = all;
    since
}

/// Suspends a job and starts it with another bound and another number of instances.
macro_rules! restored {
    ($($name:ident: $join:ident($($spec:tt)*), $in_no_row:expr;)+) => {$(
        #[tokio::test(start_paused = true)]
        async fn $name() {
            let directory = tempfile::tempdir().unwrap();
            let (rows, shed) = (Arc::new(Mutex::new(Vec::new())), Seen::default());
            let config = || {
                let every = Duration::from_millis(7);
                Config::default().checkpoints(directory.path()).checkpoint_every(every)
            };
            let job = |until: u64, instances: usize, most: u64| {
                let (rows, shed) = (rows.clone(), shed.clone());
                let never = || lateness(1.days()).never_idle();
                topology!(
                    job("bounds", at_least_once),
                    left = source(Numbers { until }) >> event_time(early, never()),
                    others = source(Numbers { until }),
                    right = others >> map(|id: u64| id + EVENTS) >> event_time(early, never()),
                    both = (left >> by(|id| *id), right >> by(|id| *id))
                        >> $join($($spec)*).at_most(most).weaken("a test").shed() * instances,
                    both >> map(|row| format!("{row:?}"))
                        >> sink(for_each(move |row| rows.lock().unwrap().push(row))),
                    both.overflow
                        >> sink(for_each(move |event| shed.lock().unwrap().push(number(event)))),
                    both.late >> ignore,
                )
            };
            let mut before = 0;
            // 200 rows, which are more than the next bound; then 120 in each of four instances.
            for (until, instances, most, expected) in
                [(300, 2, 100, 400), (600, 1, 150, 600), (900, 4, 120, 320)]
            {
                let mut job = job(until, instances, most).start(config()).unwrap();
                tokio::time::sleep(Duration::from_millis(40)).await;
                job.suspend().await.unwrap();
                crate::support::assert_balanced(&job);
                assert_eq!(shed_since(&shed, &mut before), expected, "until {until}");
            }
            crate::support::run_on_disk(job(EVENTS, 1, 5_000), config()).await.unwrap();
            assert_eq!(shed_since(&shed, &mut before), 0);
            let rows = numbers(&rows.lock().unwrap());
            let shed: BTreeSet<u64> = shed.lock().unwrap().iter().copied().collect();
            assert_eq!(shed.len(), before, "none is shed twice");
            assert!(rows.is_disjoint(&shed));
            let neither = (0..2 * EVENTS).filter(|id| !rows.contains(id) && !shed.contains(id));
            assert!(neither.into_iter().all($in_no_row));
        }
    )+};
}
restored! {
    rows_of_an_interval_join_are_counted_again: full_join(within(1.secs(), 1.secs())), |_| false;
    rows_of_a_join_in_tumbling_windows_are_counted_again: full_join(tumbling(1.mins())), |_| false;
    rows_of_a_join_in_sliding_windows_are_counted_again:
        full_join(sliding(1.mins(), 7.secs())), |_| false;
    rows_of_a_join_in_sessions_are_counted_again: full_join(session(1.secs())), |_| false;
    rows_of_a_join_of_the_latest_are_counted_again:
        left_join(latest(1.hours())), |id| id >= EVENTS;
}
