//! Windows, joins, timers and events that wait, in jobs whose events and aggregates have changed.

use crate::durable_windows::{EVENTS, Numbers, Seen, sorted, time, without};
use millstream::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

type Job = fn(Seen, u64, usize) -> Topology;

/// Runs a job to its end; and a job of before and the same one by turns, each suspended, on one
/// directory. Both have the same results.
async fn goes_on([before, now]: [Job; 2]) {
    let directory = tempfile::tempdir().unwrap();
    let config = |name: &str| {
        let every = Duration::from_millis(7);
        Config::default().checkpoints(directory.path().join(name)).checkpoint_every(every)
    };
    let expected = Seen::default();
    crate::support::run_on_disk(now(expected.clone(), EVENTS, 1), config("whole")).await.unwrap();
    let expected = sorted(&expected);
    assert!(expected.len() > 50, "{} results", expected.len());
    for instances in [[1; 6], [3; 6], [1, 4, 2, 1, 3, 2]] {
        let parts = format!("parts of {instances:?}");
        let seen = Seen::default();
        let jobs = [before, before, now, before, now, now];
        let ends = [200, 500, 777, 1_000, 1_111, 1_300];
        for ((job, until), instances) in jobs.into_iter().zip(ends).zip(instances) {
            let mut job = job(seen.clone(), until, instances).start(config(&parts)).unwrap();
            tokio::time::sleep(Duration::from_millis(40)).await;
            job.suspend().await.unwrap();
            crate::support::assert_balanced(&job);
        }
        crate::support::run_on_disk(now(seen.clone(), EVENTS, 2), config(&parts)).await.unwrap();
        let found = sorted(&seen);
        let (missing, wrong) = (without(&expected, &found), without(&found, &expected));
        assert!(found == expected, "missing: {missing:#?}, wrong: {wrong:#?}");
    }
}

/// The jobs of the types around.
macro_rules! jobs {
    () => {
        #[derive(Debug, Clone, Copy)]
        struct GreatestOf;

        impl Aggregate<u64> for GreatestOf {
            type State = Greatest;
            type Out = u64;

            fn create(&self) -> Greatest {
                Greatest::new()
            }

            fn add(&self, greatest: &mut Greatest, number: u64) {
                greatest.with(number);
            }

            fn merge(&self, greatest: &mut Greatest, other: &Greatest) {
                greatest.with(other.most());
            }

            fn finish(&self, greatest: &Greatest) -> u64 {
                greatest.most()
            }
        }

        /// Sorted: in which order events of one time are collected is not kept.
        fn numbers(readings: &[Reading]) -> Vec<u64> {
            let mut numbers: Vec<_> = readings.iter().map(Reading::number).collect();
            numbers.sort_unstable();
            numbers
        }

        fn time_of(reading: &Reading) -> EventTime {
            time(&reading.number())
        }

        macro_rules! windows {
            ($name:ident: $windows:expr, $select:expr, $aggregate:expr, $show:expr) => {
                pub fn $name(seen: Seen, until: u64, instances: usize) -> Topology {
                    topology!(
                        job("windows", at_least_once),
                        numbers = source(Numbers { until }),
                        timed = numbers
                            >> map(Reading::of)
                            >> event_time(time_of, lateness(8.secs()).never_idle()),
                        results = timed
                            >> by(|reading| reading.number() % 7)
                            >> window($windows)
                            >> aggregate($select, $aggregate) * instances,
                        shown = results
                            >> sink(for_each(move |row| {
                                let show: fn(_) -> String = $show;
                                seen.lock().unwrap().push(show(row));
                            })),
                        results.late >> ignore,
                    )
                }
            };
        }
        type Listed = millstream::window::WindowResult<u64, Vec<Reading>>;
        type Most = millstream::window::WindowResult<u64, u64>;
        windows!(tumbled: tumbling(10.secs()), Reading::clone, collect(), |row: Listed| {
            format!("{} {} {:?}", row.key, row.start, numbers(&row.value))
        });
        windows!(slid: sliding(20.secs(), 5.secs()), Reading::number, GreatestOf, |row: Most| {
            format!("{} {} {}", row.key, row.start, row.value)
        });
        windows!(
            sessions: session(6.secs()).allowed_lateness(15.secs()),
            Reading::clone,
            collect(),
            |row: Listed| format!("{} {} {:?}", row.key, row.start, numbers(&row.value))
        );
        windows!(counts: counted(4), Reading::number, GreatestOf, |row: Most| {
            format!("{} {} {}", row.key, row.start, row.value)
        });

        pub fn trailed(seen: Seen, until: u64, instances: usize) -> Topology {
            topology!(
                job("trailing", at_least_once),
                numbers = source(Numbers { until }),
                timed = numbers
                    >> map(Reading::of)
                    >> event_time(time_of, lateness(8.secs()).never_idle()),
                results = timed
                    >> by(|reading| reading.number() % 7)
                    >> window(trailing([10.secs(), 100.secs()]))
                    >> aggregate(Reading::number, GreatestOf) * instances,
                shown = results
                    >> map(|row| format!("{} {:?}", row.event.number(), row.value))
                    >> sink(for_each(move |row| seen.lock().unwrap().push(row))),
                results.late >> ignore,
            )
        }

        #[operator]
        async fn listed(window: Window<u64, Reading>) -> String {
            format!("{} {} {:?}", window.key(), window.start(), numbers(window.events()))
        }

        pub fn full(seen: Seen, until: u64, instances: usize) -> Topology {
            topology!(
                job("full", at_least_once),
                numbers = source(Numbers { until }),
                timed = numbers
                    >> map(Reading::of)
                    >> event_time(time_of, lateness(8.secs()).never_idle()),
                results = timed
                    >> by(|reading| reading.number() % 7)
                    >> window(sliding(20.secs(), 5.secs()))
                    >> listed * instances,
                shown = results >> sink(for_each(move |row| seen.lock().unwrap().push(row))),
                results.late >> ignore,
            )
        }

        pub fn sorted(seen: Seen, until: u64, _: usize) -> Topology {
            topology!(
                job("order", at_least_once),
                numbers = source(Numbers { until }),
                timed = numbers
                    >> map(Reading::of)
                    >> event_time(time_of, lateness(8.secs()).never_idle()),
                ordered = timed >> in_order(Reading::number),
                shown = ordered
                    >> sink(for_each(move |reading: Reading| {
                        let mut seen = seen.lock().unwrap();
                        let at = seen.len();
                        seen.push(format!("{at}: {}", reading.number()));
                    })),
                ordered.late >> ignore,
            )
        }

        pub fn deduped(seen: Seen, until: u64, instances: usize) -> Topology {
            topology!(
                job("seen", at_least_once),
                numbers = source(Numbers { until }),
                timed = numbers
                    >> map(Reading::of)
                    >> event_time(time_of, lateness(8.secs()).never_idle()),
                firsts = timed
                    >> by(|reading| reading.number() % 7)
                    >> dedupe(3.secs()) * instances,
                shown = firsts
                    >> map(|reading: Reading| reading.number().to_string())
                    >> sink(for_each(move |row| seen.lock().unwrap().push(row))),
                firsts.late >> ignore,
            )
        }

        /// Sums up the numbers of a key for ten seconds.
        #[derive(Clone)]
        struct SumUp;

        #[operator]
        impl SumUp {
            async fn process(&self, reading: Reading, sum: &mut (u64, u64), ctx: &mut Context) {
                if sum.0 == 0 {
                    ctx.timer_at(ctx.event_time() + 10.secs());
                }
                *sum = (reading.number() % 7 + 1, sum.1 + reading.number());
            }

            async fn on_timer(_: Timer, sum: &mut (u64, u64), ctx: &mut Context) -> String {
                ctx.forget_key();
                format!("{sum:?} at {}", ctx.event_time())
            }
        }

        pub fn timers(seen: Seen, until: u64, instances: usize) -> Topology {
            topology!(
                job("timers", at_least_once),
                numbers = source(Numbers { until }),
                timed = numbers
                    >> map(Reading::of)
                    >> event_time(time_of, lateness(8.secs()).never_idle()),
                sums = timed >> by(|reading| reading.number() % 7) >> SumUp * instances,
                shown = sums >> sink(for_each(move |row| seen.lock().unwrap().push(row))),
            )
        }

        macro_rules! joins {
            ($name:ident: $spec:expr, $show:expr) => {
                pub fn $name(seen: Seen, until: u64, instances: usize) -> Topology {
                    topology!(
                        job("joins", at_least_once),
                        ones = source(Numbers { until }),
                        others = source(Numbers { until }),
                        timed = ones
                            >> map(Reading::of)
                            >> event_time(time_of, lateness(8.secs()).never_idle()),
                        timed_too = others
                            >> map(Reading::of)
                            >> event_time(
                                |reading| time_of(reading) + 2.secs(),
                                lateness(8.secs()).never_idle(),
                            ),
                        results = (
                            timed >> by(|reading| reading.number() % 97),
                            timed_too >> by(|reading| reading.number() % 89),
                        ) >> join($spec) * instances,
                        shown = results
                            >> sink(for_each(move |row| {
                                let show: fn(_) -> String = $show;
                                seen.lock().unwrap().push(show(row));
                            })),
                        results.late >> ignore,
                        results.unmatched >> ignore,
                    )
                }
            };
        }
        joins!(pairs: within(20.secs(), 30.secs()), |(one, other): (Reading, Reading)| {
            format!("{} {}", one.number(), other.number())
        });
        joins!(known: latest(60.secs()), |(one, other): (Reading, Reading)| {
            format!("{} {}", one.number(), other.number())
        });
        joins!(met: tumbling(30.secs()), |(one, other): (Reading, Reading)| {
            format!("{} {}", one.number(), other.number())
        });
    };
}
/// Types as they were.
mod before {
    use super::*;

    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub struct Reading {
        number: u64,
        even: bool,
        #[serde(default)]
        note: Option<String>,
    }

    impl Reading {
        pub fn of(number: u64) -> Self {
            Self { number, even: number.is_multiple_of(2), note: Some("old".into()) }
        }

        pub fn number(&self) -> u64 {
            assert_eq!(self.even, self.number.is_multiple_of(2));
            self.number
        }
    }

    #[derive(Clone, Serialize, Deserialize)]
    pub struct Greatest {
        most: u64,
    }

    impl Greatest {
        pub fn with(&mut self, number: u64) {
            self.most = self.most.max(number);
        }

        pub fn most(&self) -> u64 {
            self.most
        }

        pub fn new() -> Self {
            Self { most: 0 }
        }
    }

    jobs!();
}

/// The same types now: a field is new, and there is another order.
mod now {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
    pub enum Unit {
        #[default]
        Celsius,
        Kelvin(f32),
    }

    #[derive(Debug, Clone, Serialize, Deserialize)]
    pub struct Reading {
        #[serde(default)]
        unit: Unit,
        even: bool,
        number: u64,
    }

    impl Reading {
        pub fn of(number: u64) -> Self {
            Self { unit: Unit::Kelvin(0.5), even: number.is_multiple_of(2), number }
        }

        pub fn number(&self) -> u64 {
            assert_eq!(self.even, self.number.is_multiple_of(2));
            assert!(matches!(self.unit, Unit::Celsius | Unit::Kelvin(0.5)));
            self.number
        }
    }

    #[derive(Clone, Serialize, Deserialize)]
    pub struct Greatest {
        #[serde(default)]
        names: Vec<String>,
        most: u64,
    }

    impl Greatest {
        pub fn with(&mut self, number: u64) {
            self.names.push("more".into());
            self.most = self.most.max(number);
        }

        pub fn most(&self) -> u64 {
            self.most
        }

        pub fn new() -> Self {
            Self { names: Vec::new(), most: 0 }
        }
    }

    jobs!();
}

macro_rules! go_on {
    ($($name:ident: $job:ident;)+) => {$(
        #[tokio::test(start_paused = true)]
        async fn $name() {
            goes_on([before::$job, now::$job]).await;
        }
    )+};
}
go_on! {
    tumbling_windows_of_other_events_go_on: tumbled;
    sliding_windows_with_another_aggregate_go_on: slid;
    sessions_of_other_events_go_on: sessions;
    counted_windows_with_another_aggregate_go_on: counts;
    trailing_windows_with_another_aggregate_go_on: trailed;
    full_windows_of_other_events_go_on: full;
    other_events_that_wait_for_their_order_are_sorted: sorted;
    other_events_that_were_seen_are_seen: deduped;
    other_events_that_wait_for_timers_go_on: timers;
    interval_joins_of_other_events_go_on: pairs;
    joins_with_what_is_known_of_other_events_go_on: known;
    joins_of_other_events_in_windows_go_on: met;
}
