//! Consumers of one stream whose results meet again: they run in one loop, and nobody notices.

use crate::durable::{Upto, config};
use crate::simulation;
use crate::support::{BATCHES, awaited, counted, numbered, settled, sorted};
use millstream::prelude::*;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const EVENTS: u64 = 2_000;

#[operator]
async fn odd(number: u64) -> Option<u64> {
    (!number.is_multiple_of(2)).then_some(number)
}

#[operator]
async fn at_most_nine(number: u64) -> Result<u64, String> {
    if number <= 9 { Ok(number) } else { Err(number.to_string()) }
}

/// Lets an event go after a second of its time.
#[derive(Debug, Clone)]
struct Held;

#[operator]
impl Held {
    async fn process(&self, number: u64, held: &mut Option<u64>, ctx: &mut Context) {
        *held = Some(number);
        ctx.timer_at(ctx.event_time() + 1.secs());
    }

    async fn on_timer(_: Timer, held: &mut Option<u64>, ctx: &mut Context) -> Option<u64> {
        ctx.forget_key();
        held.take()
    }
}

#[test]
fn the_paths_of_a_fork_have_the_results_of_a_fan_out() {
    for batch in BATCHES {
        let (forked, fanned) = (Collected::new(), Collected::new());
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS)),
            once = numbers >> odd >> map(|number| (number, 1)),
            twice = numbers >> flat_map(|number| [(number, 2), (number, 3)]),
            counts = numbers >> by(|number| number % 10) >> numbered,
            few = numbers >> filter(|number| *number < 5) >> map(|number| (number, 4)),
            [once, twice, counts, few] >> sink(forked.sink()),
        );
        let metrics = simulation::run(3, topology, Config::default().batch(batch)).unwrap();

        let job = Builder::new("fanned");
        let numbers = job.source(from_iter(0..EVENTS)).named("numbers").fan_out();
        let odd = numbers.tap().then(odd {}).map(|number| (number, 1));
        let twice = numbers.tap().flat_map(|number| [(number, 2), (number, 3)]);
        let counts = numbers.tap().by(|number| number % 10).then(numbered {});
        let few = numbers.tap().filter(|number| *number < 5).map(|number| (number, 4));
        merge((odd, twice, counts, few)).sink(fanned.sink());
        simulation::run(3, job.build(), Config::default().batch(batch)).unwrap();

        let forked = sorted(forked.take());
        assert_eq!(forked, sorted(fanned.take()), "batches of {batch}");
        assert_eq!(forked.len() as u64, EVENTS / 2 + 2 * EVENTS + EVENTS + 5);
        let counts = |node: &str| {
            let total = metrics.node(node).unwrap().total();
            (total.events_in, total.events_out)
        };
        assert_eq!(counts("odd"), (EVENTS, EVENTS / 2));
        assert_eq!(counts("once"), (EVENTS / 2, EVENTS / 2));
        assert_eq!(counts("twice"), (EVENTS, 2 * EVENTS));
        assert_eq!(counts("counts"), (EVENTS, EVENTS));
        assert_eq!(counts("few"), (5, 5));
    }
}

#[test]
fn each_event_passes_all_paths_before_the_next_does() {
    for batch in BATCHES {
        let all = Collected::new();
        let topology = topology!(
            numbers = source(from_iter(1..=3_u64)),
            tens = numbers >> map(|number| 10 * number),
            hundreds = numbers >> map(|number| 100 * number),
            [tens, hundreds] >> sink(all.sink()),
        );
        simulation::run(1, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(all.take(), [10, 100, 20, 200, 30, 300]);
    }
}

#[test]
fn paths_that_await_or_set_timers_meet_all_the_same() {
    for batch in BATCHES {
        let all = Collected::new();
        let topology = topology!(
            numbers = source(from_iter(0..EVENTS))
                >> event_time(|number| EventTime::from_secs(*number as i64), lateness(0.secs())),
            slow = numbers >> awaited,
            held = numbers >> by(|number| *number) >> Held,
            fast = numbers >> map(|number| number),
            [slow, held, fast] >> sink(all.sink()),
        );
        simulation::run(5, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(counted(all.take()), (0..EVENTS).map(|number| (number, 3)).collect());
    }
}

#[test]
fn watermarks_and_late_events_pass_a_fork() {
    for batch in BATCHES {
        let (windows, late) = (Collected::new(), Collected::new());
        let seconds = [1, 2, 11, 12, 3, 25];
        let topology = topology!(
            seconds = source(from_iter(seconds))
                >> event_time(|second| EventTime::from_secs(*second), lateness(0.secs())),
            ones = seconds >> map(|_| 1_u64),
            tens = seconds >> filter(|second| second % 2 == 0) >> map(|_| 10_u64),
            sums = [ones, tens]
                >> by(|_| ())
                >> window(tumbling(10.secs()))
                >> aggregate(|value| *value, sum()),
            sums >> map(|sum| sum.value) >> sink(windows.sink()),
            sums.late >> map(|late| late.event) >> sink(late.sink()),
        );
        simulation::run(1, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(windows.take(), [1 + 1 + 10, 1 + 1 + 10, 1]);
        assert_eq!(late.take(), [1]);
    }
}

#[test]
fn errors_of_a_path_have_an_output_of_their_own() {
    for batch in BATCHES {
        let (all, errors) = (Collected::new(), Collected::new());
        let job = Builder::new("digits");
        let numbers = job.source(from_iter(8..12_u64)).named("numbers").fork();
        let digits = numbers.path().then(at_most_nine {}).outputs();
        digits.errors.sink(errors.sink());
        let negated = numbers.path().map(|number| 100 + number);
        numbers.meet((digits.stream, negated)).sink(all.sink());
        simulation::run(1, job.build(), Config::default().batch(batch)).unwrap();
        assert_eq!(sorted(all.take()), [8, 9, 108, 109, 110, 111]);
        assert_eq!(errors.take(), ["10", "11"]);
    }
}

#[test]
fn paths_that_do_not_all_meet_are_refused() {
    let job = Builder::new("numbers");
    let numbers = job.source(from_iter(0..3_u64)).named("numbers").fork();
    let (one, two) = (numbers.path().map(|n| n + 1), numbers.path().map(|n| n + 2));
    numbers.path().ignore();
    numbers.meet((one, two)).ignore();
    let error = crate::support::refused(job.build());
    assert_eq!(
        error.to_string().lines().nth(1),
        Some("  not all paths of the fork `numbers` meet, or one of another fork does [M0416]")
    );
}

#[test]
fn paths_that_meet_in_another_task_are_refused() {
    let job = Builder::new("numbers");
    let numbers = job.source(from_iter(0..3_u64)).named("numbers").fork();
    let (one, two) = (numbers.path().map(|n| n + 1), numbers.path().map(|n| n + 2));
    let met = numbers.meet((one, two)).shuffle().instances(2);
    met.map(|n| n).named("spread").ignore();
    let error = crate::support::refused(job.build());
    assert_eq!(
        format!("{error:#}"),
        "the paths of the fork `numbers` meet at `spread`, which is another task; write \
         `.detached()` behind `meet`"
    );
}

#[test]
fn a_fork_that_never_meets_is_a_fan_out() {
    let (one, two) = (Collected::new(), Collected::new());
    let job = Builder::new("numbers");
    let numbers = job.source(from_iter(0..3_u64)).named("numbers").fork();
    numbers.path().map(|n| n + 1).sink(one.sink());
    numbers.path().map(|n| n + 2).sink(two.sink());
    drop(numbers);
    simulation::run(1, job.build(), Config::default()).unwrap();
    assert_eq!((one.take(), two.take()), (vec![1, 2, 3], vec![2, 3, 4]));
}

/// Counts the events of a key, and fails once at a number.
#[derive(Debug, Clone)]
struct CountsAndFails {
    failed: Arc<AtomicU64>,
}

#[operator]
impl CountsAndFails {
    async fn process(&self, number: u64, seen: &mut u64) -> (u64, u64) {
        *seen += 1;
        if number == 20_003 && self.failed.fetch_add(1, Ordering::Relaxed) == 0 {
            resume_unwind(Box::new("the fault is due"));
        }
        (number % 10, *seen)
    }
}

#[tokio::test(start_paused = true)]
async fn the_state_of_a_path_is_kept_in_checkpoints() {
    const END: u64 = 30_000;
    for batch in [7, 1_024] {
        let (directory, rows) = (tempfile::tempdir().unwrap(), Collected::new());
        let topology = topology!(
            job("counting", at_least_once),
            numbers = source(Upto { end: END, pause: Some(50) }),
            counts =
                numbers >> by(|number| number % 10) >> CountsAndFails { failed: Arc::default() },
            ends = numbers >> filter(|number| *number >= END - 10) >> map(|number| (number, 0)),
            [counts, ends] >> sink(rows.sink()),
        );
        let mut job = topology.start(config(&directory).batch(batch)).unwrap();
        settled(job.wait()).await.unwrap();
        let mut greatest = std::collections::BTreeMap::new();
        let rows: Vec<(u64, u64)> = rows.take();
        for (key, count) in &rows {
            let most: &mut u64 = greatest.entry(*key).or_default();
            *most = (*most).max(*count);
        }
        let mut expected: std::collections::BTreeMap<_, _> =
            (0..10).map(|key| (key, END / 10)).collect();
        expected.extend((END - 10..END).map(|number| (number, 0)));
        assert_eq!(greatest, expected, "batches of {batch}");
        assert!((rows.len() as u64) < 2 * END, "{}: it began again", rows.len());
        assert_eq!(job.metrics().checkpoints().map(|all| all.restarts), Some(1));
    }
}
