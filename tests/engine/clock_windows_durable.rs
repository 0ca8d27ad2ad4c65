//! Windows by the job's clock, batches, and events before a silence, in jobs that are stopped and
//! started again.

use crate::durable::AtOnce;
use crate::durable_windows::{Numbers, Seen};
use crate::support::{INSTANCES, mixed, settled};
use millstream::env::Env;
use millstream::prelude::*;
use millstream::source::{Intake, Position, Reader, Readiness, Replayable, Source};
use millstream::time::{Clock, Monotonic, SystemClock};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context as Waiting, Poll};
use std::time::Duration;

/// The paused clock of tokio, and a day that goes on while no job runs, and can be set.
#[derive(Debug, Clone, Default)]
struct Day {
    clock: Arc<SystemClock>,
    /// In microseconds.
    set_forward: Arc<AtomicI64>,
}

impl Clock for Day {
    fn monotonic(&self) -> Monotonic {
        self.clock.monotonic()
    }

    fn wall(&self) -> EventTime {
        let since = EventTime::from_secs(1_000_000) + self.monotonic().0;
        EventTime::from_micros(since.as_micros() + self.set_forward.load(Ordering::Relaxed))
    }
}

/// How many events arrive in all.
const EVENTS: u64 = 100;

/// Numbers, one of which arrives a quarter after each second.
struct Arriving;

struct Arrivals {
    next: u64,
    env: Env,
    sleep: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Arrivals {
    /// How long it takes to the next event.
    fn wait(&self) -> Duration {
        EventTime::from_millis(1_000_000_250 + 1_000 * self.next.cast_signed())
            - self.env.clock().wall()
    }
}

impl Source<u64> for Arriving {
    type Reader = Arrivals;
    type Replay = Replayable;

    fn open(self, env: &Env) -> millstream::Result<Arrivals> {
        Ok(Arrivals { next: 0, env: env.clone(), sleep: None })
    }

    fn open_at(self, env: &Env, at: &Position) -> millstream::Result<Arrivals> {
        Ok(Arrivals { next: at.read()?, env: env.clone(), sleep: None })
    }
}

impl Reader<u64> for Arrivals {
    fn poll_ready(&mut self, cx: &mut Waiting<'_>) -> Poll<millstream::Result<Readiness>> {
        while !self.wait().is_zero() {
            let wait = self.wait();
            let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(wait)));
            if sleep.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.sleep = None;
        }
        let more = self.next < EVENTS;
        Poll::Ready(Ok(if more { Readiness::Events } else { Readiness::End }))
    }

    fn read(&mut self, _: usize, into: &mut impl Intake<u64>) -> millstream::Result<()> {
        // It may be asked again before the next event is there.
        while self.wait().is_zero() && self.next < EVENTS {
            into.event(self.next)?;
            self.next += 1;
        }
        Ok(())
    }

    fn position(&mut self) -> millstream::Result<Option<Position>> {
        Position::of(&self.next).map(Some)
    }
}

fn config(day: &Day, directory: &tempfile::TempDir, name: &str) -> Config {
    let config = Config::default().checkpoints(directory.path().join(name));
    let env = Env::system().with_clock(day.clone()).with_spawn(AtOnce);
    config.checkpoint_every(Duration::from_secs(3)).env(env)
}

fn sorted(seen: &Seen) -> Vec<String> {
    let mut seen = seen.lock().unwrap().clone();
    seen.sort_unstable();
    seen
}

/// Runs a job to its end, and the same job stopped for a moment now and then; both have the same
/// results.
async fn goes_on(job: &dyn Fn(Seen, usize) -> Topology) {
    let directory = tempfile::tempdir().unwrap();
    let (expected, seen) = (Seen::default(), Seen::default());
    crate::support::run_on_disk(
        job(expected.clone(), 1),
        config(&Day::default(), &directory, "whole"),
    )
    .await
    .unwrap();
    assert!(expected.lock().unwrap().len() > 9, "{:?}", expected.lock().unwrap());
    let day = Day::default();
    for (seconds, instances) in [(17, 1), (9, 4), (30, 2), (21, 1), (3, 1)] {
        let mut job =
            job(seen.clone(), instances).start(config(&day, &directory, "parts")).unwrap();
        tokio::time::sleep(Duration::from_millis(1_000 * seconds - 200)).await;
        settled(job.suspend()).await.unwrap();
        crate::support::assert_balanced(&job);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let early = seen.lock().unwrap().len();
    crate::support::run_on_disk(job(seen.clone(), 2), config(&day, &directory, "parts"))
        .await
        .unwrap();
    assert!(seen.lock().unwrap().len() > early);
    let (seen, expected) = (sorted(&seen), sorted(&expected));
    let wrong: Vec<_> = seen.iter().filter(|row| !expected.contains(row)).collect();
    assert!(seen == expected, "{} of {}, wrong: {wrong:#?}", seen.len(), expected.len());
}

/// Few keys, with some silence between their events.
fn key(number: &u64) -> u64 {
    mixed(*number) % 4
}

macro_rules! windows {
    ($($name:ident: $windows:expr, $aggregate:expr;)+) => {$(
        #[tokio::test(start_paused = true)]
        async fn $name() {
            goes_on(&|seen, instances| {
                topology!(
                    job("windows", at_least_once),
                    numbers = source(Arriving),
                    results = numbers
                        >> by(key)
                        >> window($windows)
                        >> aggregate(|number| *number, $aggregate) * instances,
                    shown = results
                        >> sink(for_each(move |row| seen.lock().unwrap().push(format!("{row:?}")))),
                    results.late >> ignore,
                )
            })
            .await;
        }
    )+};
}
windows! {
    tumbling_windows_by_the_clock_go_on: tumbling(10.secs()).by_clock(), collect();
    tumbling_windows_by_the_clock_that_fire_early_go_on:
        tumbling(20.secs()).by_clock().early_every(2).early_each(7.secs()), collect();
    sliding_windows_by_the_clock_go_on: sliding(20.secs(), 5.secs()).by_clock(), sum();
    sessions_by_the_clock_go_on: session(5.secs()).by_clock(), top(100);
    global_windows_by_the_clock_go_on: global().by_clock().early_each(7.secs()), most_frequent(3);
}

#[operator]
async fn listed(window: Window<u64, u64>) -> String {
    format!("{} {} {:?}", window.key(), window.start(), window.events())
}

#[tokio::test(start_paused = true)]
async fn full_windows_by_the_clock_go_on() {
    goes_on(&|seen, instances| {
        topology!(
            job("windows", at_least_once),
            numbers = source(Arriving),
            results = numbers
                >> by(key)
                >> window(sliding(20.secs(), 5.secs()).by_clock())
                >> listed * instances,
            shown = results >> sink(for_each(move |row| seen.lock().unwrap().push(row))),
            results.late >> ignore,
        )
    })
    .await;
}

/// Sums of numbers per minute that wait for the end of their minute.
fn minutes(sums: &Collected<(u64, u64)>, until: u64, instances: usize) -> Topology {
    topology!(
        job("minutes", at_least_once),
        numbers = source(Numbers { until }),
        results = numbers
            >> by(|number| number % 3)
            >> window(tumbling(1.mins()).by_clock())
            >> aggregate(|number| *number, sum()) * instances,
        shown = results >> map(|row| (row.key, row.value)) >> sink(sums.sink()),
        results.late >> ignore,
    )
}

/// Runs a job for a moment.
async fn moment(day: &Day, directory: &tempfile::TempDir, topology: Topology) {
    let mut job = topology.start(config(day, directory, "minutes")).unwrap();
    tokio::time::sleep(Duration::from_millis(40)).await;
    settled(job.suspend()).await.unwrap();
    crate::support::assert_balanced(&job);
}

#[tokio::test(start_paused = true)]
async fn a_window_that_ended_while_the_job_was_down_fires_at_once() {
    for before in INSTANCES {
        for after in INSTANCES {
            let (directory, sums) = (tempfile::tempdir().unwrap(), Collected::new());
            let day = Day::default();
            moment(&day, &directory, minutes(&sums, 6, before)).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            moment(&day, &directory, minutes(&sums, 9, after)).await;
            assert_eq!(sums.take(), [], "the minute goes on");
            tokio::time::sleep(Duration::from_secs(150)).await;
            // No event comes.
            moment(&day, &directory, minutes(&sums, 9, before)).await;
            let mut all = sums.take();
            all.sort_unstable();
            assert_eq!(all, [(0, 9), (1, 12), (2, 15)], "{before} and {after} instances");
            tokio::time::sleep(Duration::from_secs(150)).await;
            moment(&day, &directory, minutes(&sums, 9, after)).await;
            assert_eq!(sums.take(), [], "it fires once");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_time_of_day_that_is_set_back_while_the_job_is_down_stops_no_window() {
    let (directory, sums) = (tempfile::tempdir().unwrap(), Collected::new());
    let day = Day::default();
    moment(&day, &directory, minutes(&sums, 6, 1)).await;
    day.set_forward.store(-3_600_000_000, Ordering::Relaxed);
    let mut job = minutes(&sums, 6, 1).start(config(&day, &directory, "minutes")).unwrap();
    tokio::time::sleep(Duration::from_secs(61)).await;
    settled(job.suspend()).await.unwrap();
    crate::support::assert_balanced(&job);
    assert_eq!(sums.take().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn batches_of_keys_go_on() {
    goes_on(&|seen, instances| {
        topology!(
            job("batches", at_least_once),
            numbers = source(Arriving),
            batches = numbers >> by(key) >> in_batches_of(4).or_after(10.secs()) * instances,
            shown =
                batches >> sink(for_each(move |row| seen.lock().unwrap().push(format!("{row:?}")))),
        )
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn events_before_a_silence_go_on() {
    goes_on(&|seen, instances| {
        topology!(
            job("silence", at_least_once),
            numbers = source(Arriving),
            last = numbers >> by(key) >> debounce(5.secs()) * instances,
            shown =
                last >> sink(for_each(move |row| seen.lock().unwrap().push(format!("{row:?}")))),
        )
    })
    .await;
}

/// Batches of instances that wait for a minute.
fn gathered(batches: &Collected<Vec<u64>>, until: u64, instances: usize) -> Topology {
    topology!(
        job("minutes", at_least_once),
        numbers = source(Numbers { until }),
        results = numbers >> shuffle >> in_batches_of(100).or_after(1.mins()) * instances,
        shown = results >> sink(batches.sink()),
    )
}

#[tokio::test(start_paused = true)]
async fn the_batches_of_instances_are_divided_anew_and_keep_their_time() {
    for before in INSTANCES {
        for after in INSTANCES {
            let (directory, batches) = (tempfile::tempdir().unwrap(), Collected::new());
            let day = Day::default();
            moment(&day, &directory, gathered(&batches, 90, before)).await;
            tokio::time::sleep(Duration::from_secs(30)).await;
            moment(&day, &directory, gathered(&batches, 90, after)).await;
            assert_eq!(batches.take(), [[0_u64; 0]; 0], "{before} and {after} instances");
            tokio::time::sleep(Duration::from_secs(30)).await;
            // No event comes, and the minute is over.
            moment(&day, &directory, gathered(&batches, 90, before)).await;
            let found = batches.take();
            let mut all: Vec<u64> = found.concat();
            all.sort_unstable();
            assert_eq!(all, (0..90).collect::<Vec<_>>(), "{before} and {after} instances");
            moment(&day, &directory, gathered(&batches, 90, after)).await;
            assert_eq!(batches.take(), [[0_u64; 0]; 0], "they are emitted once");
        }
    }
}

/// Four instances have less than 100 events each, and one gets them all.
#[tokio::test(start_paused = true)]
async fn a_batch_is_never_too_large() {
    let (directory, batches) = (tempfile::tempdir().unwrap(), Collected::new());
    let day = Day::default();
    moment(&day, &directory, gathered(&batches, 180, 4)).await;
    assert_eq!(batches.take(), [[0_u64; 0]; 0]);
    moment(&day, &directory, gathered(&batches, 180, 1)).await;
    let sizes: Vec<usize> = batches.take().iter().map(Vec::len).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 180);
    assert!(sizes.iter().all(|size| *size <= 100), "{sizes:?}");
}

#[operator]
async fn added_up(batch: Vec<u64>, sum: &mut (u64, u64)) -> (u64, u64) {
    *sum = (sum.0 + batch.len() as u64, sum.1 + batch.iter().sum::<u64>());
    *sum
}

/// What is lost with a job that dies is gathered again, and nothing twice.
#[tokio::test(start_paused = true)]
async fn a_job_that_is_aborted_gathers_each_event_once() {
    for instances in INSTANCES {
        let (directory, sums) = (tempfile::tempdir().unwrap(), Collected::new());
        let day = Day::default();
        let job = || {
            topology!(
                job("aborted", at_least_once),
                numbers = source(Arriving),
                batches = numbers >> by(key) >> in_batches_of(3).or_after(7.secs()) * instances,
                last = batches >> by(|batch| key(&batch[0])) >> added_up * instances,
                quiet = last >> by(|_| ()) >> debounce(1.hours()),
                totals = last >> sink(sums.sink()),
                quiet >> ignore,
            )
        };
        for seconds in [14, 21, 9] {
            let mut job = job().start(config(&day, &directory, "aborted")).unwrap();
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            job.abort();
            settled(job.wait()).await.unwrap_err();
        }
        drop(sums.take());
        job().run(config(&day, &directory, "aborted")).await.unwrap();
        // The last sum of each key is the greatest of its keys.
        let mut last = std::collections::BTreeMap::new();
        let total = |number: &u64| key(number);
        for number in 0..EVENTS {
            let (events, sum) = last.entry(total(&number)).or_insert((0_u64, 0_u64));
            (*events, *sum) = (*events + 1, *sum + number);
        }
        let seen = sums.take();
        assert!(last.values().all(|total| seen.contains(total)), "{last:?} {seen:?}");
        let most = last.values().map(|(events, _)| *events).max().unwrap();
        assert!(seen.iter().all(|(events, _)| *events <= most), "{seen:?}");
    }
}
