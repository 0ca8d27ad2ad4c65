//! Letters of steps that panic.

use crate::simulation;
use crate::support::{BATCHES, INSTANCES, mixed};
use millstream::operator::DeadLetter;
use millstream::prelude::*;
use millstream::{ErrorKind, Topology};
use std::collections::BTreeMap;
use std::panic::resume_unwind;

/// Panics without a word from the panic hook.
pub fn poison(text: &'static str) -> ! {
    resume_unwind(Box::new(text))
}

/// Whether an event fails, and how.
fn fails(event: u64) -> bool {
    mixed(event) % 10 < 2
}

/// The results of a key: how many events have succeeded, and their sum.
type Sums = (u64, u64);

/// Adds up, and leaves half of its work behind when it fails.
#[operator(panics = route)]
async fn added(event: u64, sums: &mut Sums) -> Result<Vec<(u64, Sums)>, &'static str> {
    sums.0 += 1;
    if mixed(event).is_multiple_of(10) {
        poison("zero");
    }
    sums.1 += event;
    if mixed(event) % 10 == 1 {
        return Err("one");
    }
    Ok(vec![(event, *sums); (event % 4) as usize])
}

/// The results, and the events that fail with their errors.
type Expected = (Vec<(u64, Sums)>, Vec<(u64, &'static str)>);

/// What an operator emits that has never seen the events that fail.
fn expected(events: u64) -> Expected {
    let (mut sums, mut out, mut bad) = (BTreeMap::<u64, Sums>::new(), vec![], vec![]);
    for event in 0..events {
        if fails(event) {
            bad.push((event, ["panicked: zero", "one"][(mixed(event) % 10) as usize]));
            continue;
        }
        let sums = sums.entry(event % 13).or_default();
        *sums = (sums.0 + 1, sums.1 + event);
        out.extend((0..event % 4).map(|_| (event, *sums)));
    }
    (out, bad)
}

#[test]
fn an_event_that_panics_leaves_no_trace_but_its_letter() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (good, bad) = (Collected::new(), Collected::new());
        let topology = topology!(
            added = source(from_iter(0..2_000_u64)) >> by(|n| n % 13) >> added * instances,
            added >> sink(good.sink()),
            added.errors >> sink(bad.sink()),
        );
        let metrics = simulation::run(3, topology, Config::default().batch(batch)).unwrap();
        let (out, failed) = expected(2_000);
        let (mut good, mut bad): (Vec<_>, Vec<DeadLetter<u64>>) = (good.take(), bad.take());
        let total = metrics.node("added").unwrap().total();
        assert_eq!((total.events_in, total.errors), (2_000, failed.len() as u64));
        assert_eq!(total.events_out, out.len() as u64);
        good.sort();
        bad.sort_by_key(|letter| letter.event);
        assert_eq!(good, out, "{instances} instances, batches of {batch}");
        let bad: Vec<_> = bad.iter().map(|letter| (letter.event, &*letter.error)).collect();
        assert_eq!(bad, failed);
    }
}

/// The results are lazy: the third is the panic.
#[operator(panics = route)]
async fn lazy(event: u64) -> impl Iterator<Item = u64> + use<> {
    (0..3).map(move |nth| if nth == 2 && event == 7 { poison("late") } else { event * 10 + nth })
}

#[test]
fn results_ahead_of_a_panic_in_their_iterator_are_not_emitted() {
    for batch in BATCHES {
        let (good, bad) = (Collected::new(), Collected::new());
        let topology = topology!(
            lazy = source(from_iter(6..9_u64)) >> lazy,
            lazy >> sink(good.sink()),
            lazy.errors >> map(|letter| (letter.event, letter.position)) >> sink(bad.sink()),
        );
        simulation::run(3, topology, Config::default().batch(batch)).unwrap();
        assert_eq!(good.take(), [60, 61, 62, 80, 81, 82]);
        assert_eq!(bad.take(), [(7, 2)]);
    }
}

/// Sets a timer for each event, and panics on some, or when a timer says so.
#[derive(Debug, Clone)]
struct Reminder {
    fatal: Option<u64>,
}

#[operator(panics = route)]
impl Reminder {
    async fn process(&self, event: u64, seen: &mut u64, ctx: &mut Context) -> Option<(u64, u64)> {
        ctx.timer_at(EventTime::from_secs(event as i64 + 5));
        *seen += 1;
        if fails(event) {
            poison("no reminder");
        }
        None
    }

    async fn on_timer(&self, timer: Timer, seen: &mut u64) -> (u64, u64) {
        let Timer::At(time) = timer else { unreachable!() };
        let event = time.as_micros() as u64 / 1_000_000 - 5;
        if self.fatal == Some(event) {
            poison("no event");
        }
        (event, *seen)
    }
}

fn reminding(fatal: Option<u64>, good: &Collected<(u64, u64)>) -> Topology {
    topology!(
        events = source(from_iter(0..300_u64))
            >> event_time(|event| EventTime::from_secs(*event as i64), lateness(0.secs())),
        reminded = events >> by(|_| ()) >> Reminder { fatal },
        reminded >> sink(good.sink()),
        reminded.errors >> ignore,
    )
}

#[test]
fn a_call_that_panics_has_set_no_timer() {
    for batch in BATCHES {
        let good = Collected::new();
        let topology = reminding(None, &good);
        simulation::run(3, topology, Config::default().batch(batch)).unwrap();
        let succeeded = (0..300_u64).filter(|event| !fails(*event));
        let fired: Vec<_> = good.take();
        assert_eq!(
            fired.iter().map(|row| row.0).collect::<Vec<_>>(),
            succeeded.collect::<Vec<_>>()
        );
        for (event, seen) in fired {
            let before = (0..300).filter(|n| !fails(*n) && *n <= event).count() as u64;
            assert!(seen >= before && seen <= before + 6, "{event}: {seen} of {before}");
        }
    }
}

#[test]
fn a_timer_that_panics_has_no_event_and_ends_the_job() {
    let fatal = (100..).find(|event| !fails(*event)).unwrap();
    for batch in BATCHES {
        let topology = reminding(Some(fatal), &Collected::new());
        let error = simulation::run(3, topology, Config::default().batch(batch)).unwrap_err();
        assert_eq!((error.kind(), error.node()), (ErrorKind::Panic, Some("reminded")));
        assert!(error.to_string().contains("on its timer at"), "{error}");
    }
}

#[operator(panics = route)]
async fn fragile(event: u64) -> u64 {
    if event == 4 { poison("four") } else { event }
}

#[test]
fn a_routed_panic_whose_letters_are_to_fail_ends_the_job_as_a_panic() {
    let topology = topology!(
        fragile = source(from_iter(0..9_u64)) >> fragile,
        fragile >> ignore,
        fragile.errors >> fail,
    );
    let error = simulation::run(3, topology, Config::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Panic);
    assert_eq!(error.to_string(), "operator `fragile` panicked at its event 5, 4: four");
}

#[derive(Debug)]
struct Brittle(u64);

impl Clone for Brittle {
    fn clone(&self) -> Self {
        if self.0 == 4 { poison("no copy") } else { Self(self.0) }
    }
}

#[operator(panics = route)]
async fn unwrapped(event: Brittle) -> u64 {
    event.0
}

#[operator(panics = route)]
async fn unwrapped_later(event: Brittle) -> u64 {
    tokio::task::yield_now().await;
    event.0
}

#[test]
fn a_copy_that_panics_names_the_operator_and_ends_the_job() {
    for batch in BATCHES {
        let at_once = topology!(
            copied = source(from_iter((0..9).map(Brittle))) >> unwrapped,
            copied >> ignore,
            copied.errors >> ignore,
        );
        let later = topology!(
            copied = source(from_iter((0..9).map(Brittle))) >> unwrapped_later,
            copied >> ignore,
            copied.errors >> ignore,
        );
        for topology in [at_once, later] {
            let error = simulation::run(3, topology, Config::default().batch(batch)).unwrap_err();
            assert_eq!(error.to_string(), "operator `copied` panicked at its event 5: no copy");
        }
    }
}

#[test]
fn a_panic_that_was_routed_is_not_taken_for_a_later_one() {
    for batch in BATCHES {
        let topology = topology!(
            fragile = source(from_iter(0..9_u64)) >> fragile,
            fragile >> map(|event| if event == 7 { poison("seven") } else { event }) >> ignore,
            fragile.errors >> ignore,
        );
        let error = simulation::run(3, topology, Config::default().batch(batch)).unwrap_err();
        assert_eq!(error.node(), Some("map"));
        assert_eq!(error.to_string(), "operator `map` panicked at its event 7: seven");
    }
}

#[test]
fn a_panic_downstream_in_the_same_loop_is_not_that_of_the_operator() {
    for batch in BATCHES {
        let letters = Collected::new();
        let topology = topology!(
            fragile = source(from_iter(5..9_u64)) >> fragile,
            fragile >> map(|event| if event == 7 { poison("seven") } else { event }) >> ignore,
            fragile.errors >> sink(letters.sink()),
        );
        let error = simulation::run(3, topology, Config::default().batch(batch)).unwrap_err();
        assert_eq!(error.node(), Some("map"));
        assert!(letters.take().is_empty());
    }
}

#[operator(panics = route)]
async fn totalled(window: Window<u64, u64>) -> u64 {
    let total = window.events().iter().sum();
    if total % 7 == 0 { poison("seven") } else { total }
}

#[test]
fn a_window_that_panics_is_a_letter_with_all_its_events() {
    for (instances, batch) in INSTANCES.into_iter().flat_map(|n| BATCHES.map(|batch| (n, batch))) {
        let (good, bad) = (Collected::new(), Collected::new());
        let topology = topology!(
            events = source(from_iter(0..400_u64))
                >> event_time(|n| EventTime::from_secs(*n as i64), lateness(0.secs())),
            totals = events >> by(|n| n % 3) >> window(tumbling(10.secs())) >> totalled * instances,
            totals >> sink(good.sink()),
            totals.late >> ignore,
            totals.errors >> map(|letter| letter.event.events().to_vec()) >> sink(bad.sink()),
        );
        simulation::run(3, topology, Config::default().batch(batch)).unwrap();
        let mut windows = BTreeMap::<(u64, u64), Vec<u64>>::new();
        (0..400).for_each(|n| windows.entry((n / 10, n % 3)).or_default().push(n));
        let (mut failed, mut totals) = (vec![], vec![]);
        for events in windows.into_values() {
            match events.iter().sum::<u64>() {
                total if total % 7 == 0 => failed.push(events),
                total => totals.push(total),
            }
        }
        let (mut good, mut bad): (Vec<u64>, Vec<Vec<u64>>) = (good.take(), bad.take());
        good.sort();
        bad.sort();
        totals.sort();
        failed.sort();
        assert_eq!((good, bad), (totals, failed), "{instances} instances, batches of {batch}");
    }
}
