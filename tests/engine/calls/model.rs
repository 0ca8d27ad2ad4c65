//! Calls in flight against a model: random latencies, orders, failures and limits.

use crate::simulation::{self, Virtual};
use crate::support::{mixed, sorted};
use millstream::operator::TimedOut;
use millstream::prelude::*;
use millstream::time::Clock;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The number of cases of a run, unless `MILLSTREAM_CASES` says another.
const CASES: u64 = 5_000;

/// The longest an attempt may take, in microseconds.
const TIMEOUT: u64 = 9_000;

/// The number of repetitions.
const REPETITIONS: u32 = 2;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
enum Failure {
    #[error("refused")]
    Refused(u64),
    #[error(transparent)]
    TooLong(#[from] TimedOut),
}

/// A random number of an event, of this kind.
fn random(seed: u64, event: u64, kind: u64) -> u64 {
    mixed(seed ^ mixed(event ^ mixed(kind)))
}

/// What becomes of one attempt.
enum Attempt {
    Succeeds,
    Fails,
    TakesTooLong,
}

/// How long the attempt takes, in microseconds, and what becomes of it.
fn attempt(seed: u64, event: u64, nth: u32) -> (u64, Attempt) {
    let dice = random(seed, event, 10 + u64::from(nth));
    match dice % 10 {
        0 => (TIMEOUT + 1 + dice % 5_000, Attempt::TakesTooLong),
        1 | 2 => (dice / 16 % TIMEOUT, Attempt::Fails),
        3..=6 => (0, Attempt::Succeeds),
        _ => (dice / 16 % TIMEOUT, Attempt::Succeeds),
    }
}

/// The service that operators of these tests call.
#[derive(Debug)]
struct Service {
    seed: u64,
    clock: Virtual,
    attempts: Mutex<BTreeMap<u64, u32>>,
}

impl Service {
    async fn ask(&self, event: u64) -> std::result::Result<(), Failure> {
        let nth = {
            let mut attempts = self.attempts.lock().unwrap();
            let nth = attempts.entry(event).or_default();
            *nth += 1;
            *nth
        };
        let (micros, outcome) = attempt(self.seed, event, nth);
        if micros > 0 {
            self.clock.sleep(Duration::from_micros(micros)).await;
        }
        match outcome {
            Attempt::Succeeds => Ok(()),
            Attempt::Fails | Attempt::TakesTooLong => Err(Failure::Refused(event)),
        }
    }
}

/// An event: its number, and its second of event time.
type Event = (u64, i64);

/// Emits the running sum of the key; adds to it ahead of the call and behind it.
macro_rules! summing {
    ($name:ident, $($args:tt)*) => {
        #[operator(timeout = "9ms", retry = fixed(2, "3ms"), $($args)*)]
        async fn $name(
            event: Event,
            sum: &mut u64,
            #[shared] service: &Service,
        ) -> std::result::Result<(u64, u64), Failure> {
            *sum += 1;
            service.ask(event.0).await?;
            *sum += event.0;
            Ok((event.0, *sum))
        }
    };
}

summing!(sums_1, in_flight = 1);
summing!(sums_5, in_flight = 5);
summing!(sums_64, in_flight = 64, order = per_key);
summing!(sums_in_order, in_flight = 7, order = input);

/// Emits the event as many times as its number says, up to three.
macro_rules! copying {
    ($name:ident, $($args:tt)*) => {
        #[operator($($args)*)]
        async fn $name(
            event: Event,
            out: &mut Output<(u64, u64)>,
            #[shared] service: &Service,
        ) -> std::result::Result<(), Failure> {
            for copy in 0..event.0 % 4 {
                out.send((event.0, copy)).await;
            }
            service.ask(event.0).await
        }
    };
}

copying!(copies_1, in_flight = 1);
copying!(copies_9, in_flight = 9);
copying!(copies_64, in_flight = 64, order = none);

struct Case {
    seed: u64,
    events: Vec<Event>,
    keys: u64,
    instances: usize,
    batch: usize,
}

impl Case {
    fn of(seed: u64) -> Self {
        let pick = |kind, from: &[usize]| from[(random(seed, 0, kind) as usize) % from.len()];
        let count = 1 + random(seed, 0, 1) % 60;
        let second = |event| event + (random(seed, event as u64, 2) % 12) as i64;
        Self {
            seed,
            events: (0..count).map(|event| (event, second(event.cast_signed()))).collect(),
            keys: 1 + random(seed, 0, 3) % 6,
            instances: pick(4, &[1, 1, 2, 3]),
            batch: pick(5, &[1, 7, 1_024]),
        }
    }

    fn service(&self, clock: &Virtual) -> Arc<Service> {
        let attempts = Mutex::default();
        Arc::new(Service { seed: self.seed, clock: clock.clone(), attempts })
    }

    fn config(&self) -> Config {
        Config::default().batch(self.batch)
    }

    /// What the operators that sum emit, by event.
    fn sums(&self) -> (Vec<(u64, u64)>, Vec<Failure>) {
        let (mut sums, mut good, mut bad) = (BTreeMap::new(), Vec::new(), Vec::new());
        for (event, _) in &self.events {
            let last = (1..=REPETITIONS + 1)
                .map(|nth| attempt(self.seed, *event, nth).1)
                .scan(false, |over, outcome| {
                    let was = std::mem::replace(over, matches!(outcome, Attempt::Succeeds));
                    (!was).then_some(outcome)
                })
                .last();
            match last {
                Some(Attempt::Succeeds) => {
                    let sum = sums.entry(event % self.keys).or_insert(0);
                    *sum += 1 + event;
                    good.push((*event, *sum));
                }
                Some(Attempt::TakesTooLong) => {
                    bad.push(Failure::TooLong(TimedOut(Duration::from_micros(TIMEOUT))));
                }
                _ => bad.push(Failure::Refused(*event)),
            }
        }
        (good, bad)
    }

    /// What the operators that copy emit: also copies sent ahead of an error, without repetition.
    fn copies(&self) -> (Vec<(u64, u64)>, Vec<Failure>) {
        let events = self.events.iter().map(|(event, _)| *event);
        let good = events.clone().flat_map(|event| (0..event % 4).map(move |copy| (event, copy)));
        let fails = |event: &u64| !matches!(attempt(self.seed, *event, 1).1, Attempt::Succeeds);
        (good.collect(), events.filter(fails).map(Failure::Refused).collect())
    }

    /// The number of events in each 10 s of event time.
    fn windows(&self, good: &[u64]) -> BTreeMap<i64, u64> {
        let mut counts = BTreeMap::new();
        for (event, second) in &self.events {
            if good.contains(event) {
                *counts.entry(second.div_euclid(10)).or_insert(0) += 1;
            }
        }
        counts
    }
}

/// Runs an operator on the events of a case; emits results, errors, and results per 10 s.
macro_rules! run {
    ($case:ident, $operator:ident) => {{
        let case = &$case;
        let (clock, good, bad) = (Virtual::default(), Collected::new(), Collected::new());
        let (counts, late) = (Collected::new(), Collected::new());
        let (keys, instances) = (case.keys, case.instances);
        let topology = topology!(
            events = source(from_iter(case.events.clone()))
                >> event_time(|event| EventTime::from_secs(event.1), lateness(20.secs())),
            called = events
                >> by(move |event| event.0 % keys)
                >> $operator(case.service(&clock)) * instances,
            called >> sink(good.sink()),
            called.errors >> sink(bad.sink()),
            windows =
                called >> by(|_| ()) >> window(tumbling(10.secs())) >> aggregate(|_| (), count()),
            windows >> sink(counts.sink()),
            windows.late >> sink(late.sink()),
        );
        let metrics = simulation::run_by(&clock, case.seed, topology, case.config())
            .unwrap_or_else(|error| panic!("seed {}: {error:#}", case.seed));
        let (good, bad) = (good.take(), bad.take());
        let total = metrics.node("called").unwrap().total();
        assert_eq!(total.events_in, case.events.len() as u64, "seed {}", case.seed);
        assert_eq!(total.events_out, good.len() as u64, "seed {}", case.seed);
        assert_eq!(total.errors, bad.len() as u64, "seed {}", case.seed);
        assert_eq!(late.take().len(), 0, "seed {}: late", case.seed);
        let counts = counts.take();
        let counts: BTreeMap<_, _> = counts
            .iter()
            .map(|window| (window.start.as_micros() / 10_000_000, window.value))
            .collect();
        (good, bad, counts)
    }};
}

/// The results of each key, in their order.
fn by_key(results: &[(u64, u64)], keys: u64) -> BTreeMap<u64, Vec<(u64, u64)>> {
    let mut by_key = BTreeMap::<_, Vec<_>>::new();
    for result in results {
        by_key.entry(result.0 % keys).or_default().push(*result);
    }
    by_key
}

fn cases() -> impl Iterator<Item = Case> {
    let cases = std::env::var("MILLSTREAM_CASES").map_or(CASES, |cases| cases.parse().unwrap());
    (0..cases / 5).map(Case::of)
}

#[test]
fn sums_of_keys_are_those_of_one_call_after_the_other() {
    for case in cases() {
        let (good, bad) = case.sums();
        let counts = case.windows(&good.iter().map(|(event, _)| *event).collect::<Vec<_>>());
        let runs = [
            run!(case, sums_1),
            run!(case, sums_5),
            run!(case, sums_64),
            run!(case, sums_in_order),
        ];
        for (which, (made, errors, windows)) in runs.into_iter().enumerate() {
            let at = format!("seed {}, run {which}", case.seed);
            assert_eq!(by_key(&made, case.keys), by_key(&good, case.keys), "{at}");
            assert_eq!(sorted(errors), sorted(bad.clone()), "{at}");
            assert_eq!(windows, counts, "{at}");
            if case.instances == 1 && [0, 3].contains(&which) {
                assert_eq!(made, good, "{at}");
            }
        }
    }
}

#[test]
fn what_calls_send_leaves_in_the_order_asked_for() {
    for case in cases() {
        let (good, bad) = case.copies();
        let clock = Virtual::default();
        for (which, limit) in [1, 9, 64].into_iter().enumerate() {
            let (made, failed) = (Collected::new(), Collected::new());
            let service = case.service(&clock);
            let events = from_iter(case.events.clone());
            let topology = match limit {
                1 => topology!(
                    copies = source(events) >> copies_1(service),
                    copies >> buffer(2) >> sink(made.sink()),
                    copies.errors >> sink(failed.sink()),
                ),
                9 => topology!(
                    copies = source(events) >> copies_9(service),
                    copies >> buffer(2) >> sink(made.sink()),
                    copies.errors >> sink(failed.sink()),
                ),
                _ => topology!(
                    copies = source(events) >> copies_64(service),
                    copies >> buffer(2) >> sink(made.sink()),
                    copies.errors >> sink(failed.sink()),
                ),
            };
            let run = simulation::run_by(&clock, case.seed, topology, case.config());
            run.unwrap_or_else(|error| panic!("seed {}: {error:#}", case.seed));
            let (made, failed) = (made.take(), failed.take());
            let at = format!("seed {}, run {which}", case.seed);
            if limit == 64 {
                assert_eq!(sorted(made), sorted(good.clone()), "{at}");
                assert_eq!(sorted(failed), sorted(bad.clone()), "{at}");
            } else {
                assert_eq!((made, failed), (good.clone(), bad.clone()), "{at}");
            }
        }
    }
}
