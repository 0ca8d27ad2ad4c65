//! Windows, joins, timers and events that wait for their order go on where a suspended job was.

use millstream::env::Env;
use millstream::prelude::*;
use millstream::source::{Intake, Position, Reader, Readiness, Replayable, Source};
use std::sync::{Arc, Mutex};
use std::task::{Context as Waiting, Poll};
use std::time::Duration;

/// How many events a source has.
pub const EVENTS: u64 = 1_500;

/// Reads the numbers below `until`, and then waits for ever; the end is at [`EVENTS`].
#[derive(Clone)]
pub struct Numbers {
    pub until: u64,
}

pub struct Counting {
    next: u64,
    until: u64,
}

impl Source<u64> for Numbers {
    type Reader = Counting;
    type Replay = Replayable;

    fn open(self, _: &Env) -> millstream::Result<Counting> {
        Ok(Counting { next: 0, until: self.until })
    }

    fn open_at(self, _: &Env, at: &Position) -> millstream::Result<Counting> {
        let next = u64::from_le_bytes(at.as_bytes().try_into().unwrap());
        Ok(Counting { next, until: self.until })
    }
}

impl Reader<u64> for Counting {
    fn poll_ready(&mut self, _: &mut Waiting<'_>) -> Poll<millstream::Result<Readiness>> {
        match self.next {
            EVENTS => Poll::Ready(Ok(Readiness::End)),
            next if next < self.until => Poll::Ready(Ok(Readiness::Events)),
            _ => Poll::Pending,
        }
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<u64>) -> millstream::Result<()> {
        let until = self.until.min(self.next + limit as u64);
        while self.next < until {
            into.event(self.next)?;
            self.next += 1;
        }
        Ok(())
    }

    fn position(&mut self) -> millstream::Result<Option<Position>> {
        Ok(Some(Position::from_bytes(self.next.to_le_bytes().to_vec())))
    }
}

/// The time of a number: some are out of order, and a few late.
pub fn time(number: &u64) -> EventTime {
    let behind = if number.is_multiple_of(97) { 40 } else { number * 7_919 % 13 };
    EventTime::from_secs(100 + i64::try_from(number / 3).unwrap() - i64::try_from(behind).unwrap())
}

pub type Seen = Arc<Mutex<Vec<String>>>;

pub fn sorted(seen: &Seen) -> Vec<String> {
    let mut seen = seen.lock().unwrap().clone();
    seen.sort_unstable();
    seen
}

/// Runs a job to its end, and the same job suspended and started again with other numbers of
/// instances; both have the same results.
pub async fn goes_on(job: &dyn Fn(Seen, u64, usize) -> Topology) {
    let directory = tempfile::tempdir().unwrap();
    let config = |name: &str| {
        let every = Duration::from_millis(7);
        Config::default().checkpoints(directory.path().join(name)).checkpoint_every(every)
    };
    let expected = Seen::default();
    crate::support::run_on_disk(job(expected.clone(), EVENTS, 1), config("whole")).await.unwrap();
    let expected = sorted(&expected);
    assert!(expected.len() > 50, "{} results", expected.len());
    let seen = Seen::default();
    for (until, instances) in [(200, 1), (500, 4), (777, 2), (1_000, 1), (1_111, 1), (1_300, 4)] {
        let mut job = job(seen.clone(), until, instances).start(config("parts")).unwrap();
        tokio::time::sleep(Duration::from_millis(40)).await;
        job.suspend().await.unwrap();
        crate::support::assert_balanced(&job);
    }
    let early = seen.lock().unwrap().len();
    assert!(early > expected.len() / 2 && early < expected.len(), "{early} early results");
    crate::support::run_on_disk(job(seen.clone(), EVENTS, 2), config("parts")).await.unwrap();
    let found = sorted(&seen);
    let (missing, wrong) = (without(&expected, &found), without(&found, &expected));
    assert!(found == expected, "missing: {missing:#?}, wrong: {wrong:#?}");
}

/// What one sorted list has more often than another.
pub fn without(all: &[String], other: &[String]) -> Vec<String> {
    let mut other = other.to_vec();
    let mut all = all.to_vec();
    all.retain(|one| match other.binary_search(one) {
        Ok(at) => {
            other.remove(at);
            false
        }
        Err(_) => true,
    });
    all
}

macro_rules! windows {
    ($($name:ident: $windows:expr, $aggregate:expr;)+) => {$(
        #[tokio::test(start_paused = true)]
        async fn $name() {
            goes_on(&|seen, until, instances| {
                let also = seen.clone();
                topology!(
                    job("windows", at_least_once),
                    numbers = source(Numbers { until }),
                    timed = numbers >> event_time(time, lateness(8.secs()).never_idle()),
                    results = timed
                        >> by(|number| number % 7)
                        >> window($windows)
                        >> aggregate(|number| *number, $aggregate) * instances,
                    shown = results
                        >> sink(for_each(move |row| seen.lock().unwrap().push(format!("{row:?}")))),
                    late = results.late
                        >> sink(for_each(move |late: Late<u64>| {
                            also.lock().unwrap().push(format!("late {}", late.event));
                        })),
                )
            })
            .await;
        }
    )+};
}
windows! {
    tumbling_windows_go_on: tumbling(10.secs()), collect();
    tumbling_windows_that_fire_late_go_on:
        tumbling(10.secs()).early_every(3).allowed_lateness(15.secs()), collect();
    sliding_windows_go_on: sliding(20.secs(), 5.secs()), sum();
    sliding_windows_that_fire_late_go_on:
        sliding(20.secs(), 5.secs()).early_every(3).allowed_lateness(15.secs()), distinct();
    sessions_go_on: session(6.secs()), top(100);
    sessions_that_fire_late_go_on: session(6.secs()).allowed_lateness(15.secs()), top(100);
    counted_windows_go_on: counted(4), collect();
    global_windows_go_on: global().early_every(3), most_frequent(3);
    trailing_windows_go_on: trailing([10.secs(), 100.secs()]), sum();
}

#[operator]
async fn listed(window: Window<u64, u64>) -> String {
    format!("{} {} {:?}", window.key(), window.start(), window.events())
}

#[tokio::test(start_paused = true)]
async fn full_windows_go_on() {
    goes_on(&|seen, until, instances| {
        topology!(
            job("windows", at_least_once),
            numbers = source(Numbers { until }),
            timed = numbers >> event_time(time, lateness(8.secs()).never_idle()),
            results = timed
                >> by(|number| number % 7)
                >> window(sliding(20.secs(), 5.secs()))
                >> listed * instances,
            shown = results >> sink(for_each(move |row| seen.lock().unwrap().push(row))),
            results.late >> ignore,
        )
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn copies_of_an_event_that_is_held_go_on() {
    goes_on(&|seen, until, instances| {
        // The other source is behind, so that events behind their own split are held.
        let behind = if until == EVENTS { EVENTS } else { until - 90 };
        topology!(
            job("copies", at_least_once),
            ones = source(Numbers { until }),
            others = source(Numbers { until: behind }),
            timed = ones >> event_time(time, lateness(8.secs()).never_idle()),
            copied = timed >> map(|number: u64| number),
            timed_too = others >> event_time(time, lateness(8.secs()).never_idle()),
            results = [timed, copied, timed_too]
                >> by(|number| number % 7)
                >> window(sliding(60.secs(), 5.secs()))
                >> aggregate(|number| *number, sum()) * instances,
            shown =
                results >> sink(for_each(move |row| seen.lock().unwrap().push(format!("{row:?}")))),
            results.late >> ignore,
        )
    })
    .await;
}

macro_rules! joins {
    ($($name:ident: $join:ident, $spec:expr;)+) => {$(
        #[tokio::test(start_paused = true)]
        async fn $name() {
            goes_on(&|seen, until, instances| {
                let also = seen.clone();
                topology!(
                    job("joins", at_least_once),
                    ones = source(Numbers { until }),
                    others = source(Numbers { until }),
                    timed = ones >> event_time(time, lateness(8.secs()).never_idle()),
                    timed_too = others
                        >> event_time(|number| time(number) + 2.secs(), lateness(8.secs()).never_idle()),
                    results = (
                        timed >> by(|number| Some(number % 97).filter(|key| key % 5 > 0)),
                        timed_too >> by(|number| Some(number % 89).filter(|key| key % 7 > 0)),
                    ) >> $join($spec) * instances,
                    shown = results
                        >> sink(for_each(move |row| seen.lock().unwrap().push(format!("{row:?}")))),
                    alone = results.unmatched
                        >> sink(for_each(move |event| {
                            also.lock().unwrap().push(format!("alone {event:?}"));
                        })),
                    results.late >> ignore,
                )
            })
            .await;
        }
    )+};
}
joins! {
    interval_joins_go_on: join, within(20.secs(), 30.secs());
    left_interval_joins_go_on: left_join, within(20.secs(), 30.secs());
    joins_in_windows_go_on: left_join, tumbling(30.secs());
    joins_in_sessions_go_on: join, session(20.secs());
    joins_with_what_is_known_go_on: join, latest(60.secs());
}

#[tokio::test(start_paused = true)]
async fn events_that_wait_for_their_order_are_sorted() {
    goes_on(&|seen, until, _| {
        topology!(
            job("order", at_least_once),
            numbers = source(Numbers { until }),
            timed = numbers >> event_time(time, lateness(8.secs()).never_idle()),
            ordered = timed >> in_order(|number| *number),
            shown = ordered
                >> sink(for_each(move |number: u64| {
                    let mut seen = seen.lock().unwrap();
                    let at = seen.len();
                    seen.push(format!("{at}: {number}"));
                })),
            ordered.late >> ignore,
        )
    })
    .await;
}

/// Sums up the numbers of a key for ten seconds.
#[derive(Clone)]
struct SumUp;

#[operator]
impl SumUp {
    async fn process(&self, number: u64, sum: &mut (u64, u64), ctx: &mut Context) {
        if sum.0 == 0 {
            ctx.timer_at(ctx.event_time() + 10.secs());
        }
        *sum = (number % 7 + 1, sum.1 + number);
    }

    async fn on_timer(_: Timer, sum: &mut (u64, u64), ctx: &mut Context) -> String {
        ctx.forget_key();
        format!("{sum:?} at {}", ctx.event_time())
    }
}

#[tokio::test(start_paused = true)]
async fn timers_go_on() {
    goes_on(&|seen, until, instances| {
        topology!(
            job("timers", at_least_once),
            numbers = source(Numbers { until }),
            timed = numbers >> event_time(time, lateness(8.secs()).never_idle()),
            sums = timed >> by(|number| number % 7) >> SumUp * instances,
            shown = sums >> sink(for_each(move |row| seen.lock().unwrap().push(row))),
        )
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn keys_that_were_seen_are_seen() {
    goes_on(&|seen, until, instances| {
        topology!(
            job("seen", at_least_once),
            numbers = source(Numbers { until }),
            timed = numbers >> event_time(time, lateness(8.secs()).never_idle()),
            firsts = timed >> by(|number| number % 7) >> dedupe(3.secs()) * instances,
            shown = firsts
                >> sink(for_each(move |number: u64| {
                    seen.lock().unwrap().push(number.to_string());
                })),
            firsts.late >> ignore,
        )
    })
    .await;
}
