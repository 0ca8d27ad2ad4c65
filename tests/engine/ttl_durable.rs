//! State that expires, in jobs that are started again.

use crate::durable::AtOnce;
use crate::durable_windows::{EVENTS, Numbers, Seen, goes_on, time};
use crate::support::{INSTANCES, mixed, settled, sorted};
use millstream::checkpoint::inspect;
use millstream::env::Env;
use millstream::prelude::*;
use millstream::time::{Clock, Monotonic, SystemClock};
use std::sync::Arc;
use std::time::Duration;

#[operator(ttl = "15s")]
async fn counted(number: u64, count: &mut u32) -> String {
    *count += 1;
    format!("{number}: {count}")
}

#[operator(ttl = "15s")]
async fn counted_awaited(number: u64, count: &mut u32) -> String {
    *count += 1;
    tokio::task::yield_now().await;
    format!("{number}: {count}")
}

/// Timers, some of which find state that has expired.
#[derive(Clone)]
struct Alarm;

#[operator(ttl = "15s")]
impl Alarm {
    async fn process(number: u64, count: &mut u32, ctx: &mut Context) -> String {
        *count += 1;
        if number.is_multiple_of(5) {
            ctx.timer_at(ctx.event_time() + (number % 30).try_into().unwrap_or(0).secs());
        }
        format!("{number}: {count}")
    }

    async fn on_timer(timer: Timer, count: &mut u32) -> String {
        *count += 100;
        format!("{timer:?}: {count}")
    }
}

/// Keys with an event every 20 seconds on average.
fn key(number: &u64) -> u64 {
    mixed(*number) % 61
}

macro_rules! goes_on {
    ($($name:ident: $operator:ident;)+) => {$(
        #[tokio::test(start_paused = true)]
        async fn $name() {
            goes_on(&|seen: Seen, until, instances| {
                topology!(
                    job("expiring", at_least_once),
                    numbers = source(Numbers { until }),
                    timed = numbers >> event_time(time, lateness(8.secs()).never_idle()),
                    results = timed >> by(key) >> $operator * instances,
                    shown = results >> sink(for_each(move |row| seen.lock().unwrap().push(row))),
                )
            })
            .await;
        }
    )+};
}
goes_on! {
    states_that_expire_go_on: counted;
    states_that_expire_go_on_where_calls_await: counted_awaited;
    states_that_expire_go_on_with_their_timers: Alarm;
}

#[tokio::test(start_paused = true)]
async fn checkpoints_forget_what_has_expired() {
    for instances in INSTANCES {
        let directory = tempfile::tempdir().unwrap();
        let job = |until| {
            topology!(
                job("growing", at_least_once),
                numbers = source(Numbers { until }),
                timed = numbers >> event_time(time, lateness(8.secs()).never_idle()),
                counts = timed >> by(|number| *number) >> counted * instances,
                counts >> ignore,
            )
        };
        let config = || {
            let every = Duration::from_millis(7);
            Config::default().checkpoints(directory.path()).checkpoint_every(every)
        };
        for until in [400, 800, 1_200] {
            let mut job = job(until).start(config()).unwrap();
            tokio::time::sleep(Duration::from_millis(40)).await;
            job.suspend().await.unwrap();
            crate::support::assert_balanced(&job);
        }
        crate::support::run_on_disk(job(EVENTS), config()).await.unwrap();
        let start = inspect(directory.path()).unwrap().start.unwrap();
        let rows = start.nodes.into_iter().find(|node| node.node == "counts").unwrap().rows;
        // Three keys a second for 15 seconds; a batch may be as far ahead of the watermark.
        assert!((45..400).contains(&rows), "{rows} of 1,500 keys");
    }
}

/// The paused clock of tokio, and a day that goes on while no job runs.
#[derive(Debug, Clone)]
struct Day(Arc<SystemClock>);

impl Clock for Day {
    fn monotonic(&self) -> Monotonic {
        self.0.monotonic()
    }

    fn wall(&self) -> EventTime {
        EventTime::from_secs(0) + self.monotonic().0
    }
}

#[operator(ttl = "5m")]
async fn seen(number: u64, count: &mut u32) -> (u64, u32) {
    *count += 1;
    (number, *count)
}

#[operator]
async fn seen_for_ever(number: u64, count: &mut u32) -> (u64, u32) {
    *count += 1;
    (number, *count)
}

type Rows = Collected<(u64, u32)>;

/// Runs a job until it has read so many numbers.
async fn until(day: &Day, directory: &tempfile::TempDir, topology: Topology) {
    let every = Duration::from_millis(7);
    let config = Config::default().checkpoints(directory.path()).checkpoint_every(every);
    let config = config.env(Env::system().with_clock(day.clone()).with_spawn(AtOnce));
    let mut job = topology.start(config).unwrap();
    tokio::time::sleep(Duration::from_millis(40)).await;
    settled(job.suspend()).await.unwrap();
    crate::support::assert_balanced(&job);
}

#[tokio::test(start_paused = true)]
async fn by_the_clock_the_time_counts_while_a_job_is_down() {
    for instances in INSTANCES {
        let (directory, rows) = (tempfile::tempdir().unwrap(), Rows::new());
        let day = Day(Arc::default());
        let job = |until| {
            topology!(
                job("down", at_least_once),
                numbers = source(Numbers { until }),
                numbers >> by(|number| number % 3) >> seen * instances >> sink(rows.sink()),
            )
        };
        let mut counts = Vec::new();
        for (numbers, minutes) in [(3, 4), (5, 4), (9, 6), (12, 0)] {
            until(&day, &directory, job(numbers)).await;
            counts.extend(sorted(rows.take()).into_iter().map(|(_, count)| count));
            tokio::time::sleep(minutes.mins()).await;
        }
        // 3 and 4 come after four minutes, and so do 6 and 7; 5 after eight.
        assert_eq!(counts, [1, 1, 1, 2, 2, 1, 3, 3, 2, 1, 1, 1]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_time_to_live_can_be_added_to_state_that_is_kept_and_taken_away() {
    let (directory, rows, day) = (tempfile::tempdir().unwrap(), Rows::new(), Day(Arc::default()));
    macro_rules! job {
        ($operator:ident, $until:expr) => {
            topology!(
                job("changed", at_least_once),
                numbers = source(Numbers { until: $until }),
                counts = numbers >> by(|number| number % 3) >> $operator,
                counts >> sink(rows.sink()),
            )
        };
    }
    let mut counts = Vec::new();
    let mut take = || counts.extend(rows.take().into_iter().map(|(_, count)| count));
    until(&day, &directory, job!(seen_for_ever, 3)).await;
    take();
    tokio::time::sleep(1.hours()).await;
    // Its time to live begins now.
    until(&day, &directory, job!(seen, 5)).await;
    take();
    tokio::time::sleep(4.mins()).await;
    until(&day, &directory, job!(seen_for_ever, 8)).await;
    take();
    tokio::time::sleep(1.hours()).await;
    until(&day, &directory, job!(seen_for_ever, 9)).await;
    take();
    assert_eq!(counts, [1, 1, 1, 2, 2, 2, 3, 3, 3]);
}
