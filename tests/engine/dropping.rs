//! Durable jobs with an edge that drops events: each event is received or counted as overflow,
//! once, whatever dies.

use crate::crashes::disk::Disk;
use crate::crashes::{run, seeds};
use crate::durable::Upto;
use crate::support::{mixed, refused};
use millstream::mutant::Mutant;
use millstream::prelude::*;
use millstream_graph::sentence::shape;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A job with an edge that drops.
#[derive(Debug, Clone, Copy)]
struct Case {
    seed: u64,
    events: u64,
    batch: usize,
    buffer: usize,
    policy: Overflow,
}

/// What the two ends of a job have emitted at the end: all numbers received, and all dropped.
type Ends = Arc<Mutex<BTreeMap<&'static str, Vec<u64>>>>;

/// A number that is no event: each end has one, so that it emits something.
const MARK: u64 = u64::MAX;

impl Case {
    fn of(seed: u64) -> Self {
        let random = |salt: u64, most: u64| mixed(mixed(seed) ^ salt) % most;
        let policies = [Overflow::DropOldest, Overflow::DropNewest, Overflow::Sample(3)];
        Self {
            seed,
            events: 20 + random(1, 2_000),
            batch: [1, 3, 16, 1_024][random(2, 4) as usize],
            buffer: [1, 4, 16, 100][random(3, 4) as usize],
            // The oldest most of all: the other two decide before an event is in the queue.
            policy: policies[(random(4, 5) as usize).saturating_sub(2)],
        }
    }

    fn topology(self, life: u64, ends: &Ends) -> Topology {
        let random = |salt: u64| 1 + (mixed(mixed(life ^ self.seed) ^ salt) % 3) as usize;
        let sink = |end: &'static str| {
            let ends = Arc::clone(ends);
            for_each(move |numbers: Vec<u64>| drop(ends.lock().unwrap().insert(end, numbers)))
        };
        let (upto, mark) = (Upto { end: self.events, pause: None }, Upto { end: 1, pause: None });
        topology!(
            job("dropping", at_least_once),
            numbers = source(upto),
            mark = source(mark),
            marks = mark >> map(|_| MARK),
            kept = numbers
                >> shuffle
                >> weaken("a test counts what is dropped")
                >> overflow(self.policy)
                >> buffer(self.buffer)
                >> map(|number| number) * random(1),
            received =
                [kept, marks] >> by(|_| ()) >> window(global()) >> aggregate(|n| *n, collect()),
            received >> map(|row| row.value) >> sink(sink("received")),
            received.late >> ignore,
            dropped = [kept.overflow, marks]
                >> by(|_| ())
                >> window(global())
                >> aggregate(|n| *n, collect()) * random(2),
            dropped >> map(|row| row.value) >> sink(sink("dropped")),
            dropped.late >> ignore,
        )
    }
}

/// Runs a case through its deaths, to its end; the number of events dropped, or what is wrong.
fn survives(case: Case) -> Result<usize, String> {
    let (ends, mut disk) = (Ends::default(), Disk::default());
    let deaths = 1 + mixed(case.seed ^ 1) % 4;
    for life in 0..=deaths {
        let seed = mixed(case.seed ^ mixed(life));
        let config = Config::default().batch(case.batch);
        let config = config.checkpoints("checkpoints").checkpoint_every(Duration::from_millis(10));
        let turns = if life == deaths { 400_000 } else { mixed(seed) % 900 };
        match run((seed, &disk), case.topology(life, &ends), config, turns) {
            Some(Ok(())) => break,
            Some(Err(error)) => return Err(format!("life {life}: {error:?}")),
            None if life == deaths => return Err(format!("life {life} does not end")),
            None if mixed(seed ^ 2).is_multiple_of(2) => disk = disk.after_power_cut(seed),
            None => {}
        }
    }
    let ends = ends.lock().unwrap();
    let mut all: Vec<u64> = ends.values().flatten().copied().filter(|n| *n != MARK).collect();
    all.sort_unstable();
    if all.iter().copied().eq(0..case.events) {
        return Ok(ends["dropped"].len() - 1);
    }
    let missing: Vec<_> = (0..case.events).filter(|n| all.binary_search(n).is_err()).collect();
    let twice: Vec<_> = all.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    Err(format!("missing {missing:?}, twice {twice:?}"))
}

#[test]
fn each_event_is_received_or_dropped_once_whatever_dies() {
    let mut dropped = 0;
    for seed in seeds(300) {
        let case = Case::of(seed);
        match survives(case) {
            Ok(events) => dropped += events,
            Err(wrong) => panic!("MILLSTREAM_SEED={seed}: {case:?}\n{wrong}"),
        }
    }
    assert!(dropped > 1_000, "{dropped} events were dropped");
}

#[test]
fn an_event_that_is_evicted_before_a_barrier_is_noticed() {
    Mutant::plant(Some(Mutant::EvictedBeforeBarrier));
    let is_missing = |seed: &u64| {
        survives(Case::of(*seed))
            .is_err_and(|wrong| wrong.starts_with("missing [") && !wrong.starts_with("missing []"))
    };
    let noticed = seeds(3_000).find(is_missing);
    Mutant::plant(None);
    assert!(noticed.is_some());
}

#[test]
fn the_plan_shows_why_an_edge_may_drop_events() {
    let case = Case { policy: Overflow::DropOldest, ..Case::of(0) };
    let plan = case.topology(0, &Ends::default()).plan(&Config::default()).unwrap();
    let reasons: Vec<_> = plan.edges().iter().filter_map(|edge| edge.weakened).collect();
    assert_eq!(reasons, ["a test counts what is dropped"]);
    let shown = plan.to_string();
    let line = shown.lines().find(|line| line.starts_with("numbers >> kept ")).unwrap();
    let why = "a policy for overflow is declared, weakened: a test counts what is dropped";
    assert!(line.contains(why), "{shown}");
}

#[test]
fn an_empty_reason_is_refused_at_start_too() {
    let job = Builder::new("empty").delivery(at_most_once);
    let numbers = job.source(from_iter(0..10_u64));
    numbers.weaken(" ").overflow(Overflow::DropOldest).sink_named(for_each(|_| {}), "sink");
    let message = refused(job.build()).to_string();
    let sentence = shape::no_reason();
    assert!(message.contains(&format!("{} [{}]", sentence.wrong, sentence.code)), "{message}");
}

/// It drops nothing, so there is nothing to give a reason for.
#[test]
fn a_job_that_keeps_every_event_takes_an_edge_that_waits() {
    let topology = topology!(
        job("waiting", at_least_once),
        numbers = source(from_iter_again(0..10_u64)),
        kept = numbers >> shuffle >> overflow(block) >> buffer(2) >> map(|number| number) * 2,
        [kept, kept.overflow] >> sink(for_each(|_| {})),
    );
    let plan = topology.plan(&Config::default()).unwrap();
    let mut paths = plan.paths().iter().map(|path| path.guarantee.to_string()).peekable();
    assert!(paths.peek().is_some() && paths.all(|guarantee| guarantee == "at least once"));
    assert!(plan.edges().iter().all(|edge| edge.weakened.is_none()));
}
