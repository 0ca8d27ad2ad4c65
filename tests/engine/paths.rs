//! What each path from a source to a sink guarantees, and what makes it weaker.

use crate::durable::{Upto, config};
use crate::support::{BATCHES, INSTANCES, settled};
use millstream::plan::{Plan, SourceKind};
use millstream::prelude::*;
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

fn plan(topology: &Topology) -> Plan {
    topology.plan(&Config::default()).unwrap()
}

pub fn ended() -> Upto {
    Upto { end: 10, pause: None }
}

/// The guarantee of each path, and why it is weaker.
pub fn told(topology: &Topology) -> Vec<(String, String)> {
    let plan = plan(topology);
    let told = plan.paths().iter().map(|path| {
        let weaker: Vec<_> = path.weaker.iter().map(ToString::to_string).collect();
        (path.guarantee.to_string(), weaker.join("; "))
    });
    told.collect()
}

pub fn is(guarantee: &str, weaker: &str) -> (String, String) {
    (guarantee.to_owned(), weaker.to_owned())
}

/// A sink of every kind, at the end of one stream.
fn all_sinks(delivery: Delivery) -> Topology {
    let folder = std::env::temp_dir();
    topology!(
        job("all", delivery),
        numbers = source(ended()),
        numbers >> sink(csv_parts(folder.join("parts")).headerless()),
        numbers >> sink(csv_file(folder.join("all.csv")).headerless()),
        numbers >> sink(idempotent(for_each(drop::<u64>))),
        numbers >> weaken("to watch") >> sink(for_each(drop::<u64>)),
        numbers >> ignore,
    )
}

#[test]
fn a_sink_of_each_kind_has_the_guarantee_of_its_kind_in_each_job() {
    assert_eq!(
        told(&all_sinks(Delivery::ExactlyOnce)),
        [
            is("exactly once", ""),
            is("exactly once in the finished file", ""),
            is("once by key", ""),
            is("at least once", "`numbers_sink_4` repeats: to watch"),
        ]
    );
    let least = ["at least once", "at least once", "once by key", "at least once"];
    assert_eq!(told(&all_sinks(Delivery::AtLeastOnce)), least.map(|least| is(least, "")));
    assert_eq!(told(&all_sinks(Delivery::AtMostOnce)), [(); 4].map(|()| is("at most once", "")));
}

#[test]
fn a_reason_may_stand_right_behind_a_source_and_behind_an_edge_that_drops() {
    let topology = topology!(
        job("straight", exactly_once),
        numbers = source(ended()),
        screen = numbers >> weaken("to watch") >> sink(for_each(drop::<u64>)),
    );
    assert_eq!(told(&topology), [is("at least once", "`screen` repeats: to watch")]);
    let topology = topology!(
        job("straight", exactly_once),
        source(ended())
            >> weaken("the last will do")
            >> overflow(drop_oldest)
            >> weaken("to watch")
            >> sink(for_each(drop::<u64>)),
    );
    let weaker = "`source >> source_sink` may drop: the last will do; \
                  `source_sink` repeats: to watch";
    assert_eq!(told(&topology), [is("missing or twice", weaker)]);
}

#[test]
fn each_source_is_told_by_what_it_has_of_its_events() {
    let (_sender, receiver) = tokio::sync::mpsc::channel::<u64>(1);
    let topology = topology!(
        job("sources", at_least_once),
        numbers = source(ended()),
        orders = source(from_channel(receiver).journaled(std::env::temp_dir().join("orders"))),
        [numbers, orders] >> sink(for_each(drop::<u64>)),
    );
    let kinds: Vec<_> = plan(&topology).paths().iter().map(|path| path.source).collect();
    assert_eq!(kinds, [SourceKind::Replayable, SourceKind::Journaled]);
    let topology = topology!(source(from_iter([1])) >> sink(for_each(drop::<i32>)));
    let plan = plan(&topology);
    let [path] = plan.paths() else { panic!("{plan}") };
    assert_eq!((path.source, path.weaker.len()), (SourceKind::Volatile, 0));
}

/// Two sources and two sinks; only one way leads over the edge that drops.
fn dropping() -> Topology {
    topology!(
        job("dropping", exactly_once),
        ticks = source(ended()),
        marks = source(ended()),
        shown = ticks
            >> weaken("the page shows the last price")
            >> overflow(drop_oldest)
            >> buffer(100)
            >> map(|tick| tick),
        archive = [ticks, marks] >> sink(csv_parts(std::env::temp_dir().join("a")).headerless()),
        page = [shown, marks] >> sink(idempotent(for_each(drop::<u64>))),
        lost = shown.overflow >> sink(idempotent(for_each(drop::<u64>))),
    )
}

#[test]
fn an_edge_that_drops_weakens_the_paths_over_it_and_no_other() {
    let weaker = "`ticks >> shown` may drop: the page shows the last price";
    assert_eq!(
        told(&dropping()),
        [
            is("exactly once", ""),
            is("at most once by key", weaker),
            is("at most once by key", weaker),
            is("exactly once", ""),
            is("once by key", ""),
        ]
    );
}

#[test]
fn a_loop_weakens_the_paths_through_it() {
    let topology = topology!(
        job("retries", at_least_once),
        numbers = source(ended()),
        again = feedback::<u64>(100, drop_oldest),
        tried = [numbers, again] >> map(|number| number + 1),
        tried >> filter(|number| *number < 5) >> feedback(again),
        tried >> sink(for_each(drop::<u64>)),
        numbers >> sink(for_each(drop::<u64>)),
    );
    let weaker = "the loop `again` drops when it is full";
    assert_eq!(told(&topology), [is("missing or twice", weaker), is("at least once", "")]);
}

#[test]
fn the_plan_of_a_durable_job_ends_with_a_table_of_its_paths() {
    let text = plan(&dropping()).to_string();
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    let table = lines.iter().position(|line| line.starts_with("path ")).expect(&text);
    assert_eq!(
        lines[table..table + 6],
        [
            "path              source      sink           guarantee            weaker because",
            "ticks >> archive  replayable  commits        exactly once",
            "ticks >> page     replayable  is idempotent  at most once by key  \
             `ticks >> shown` may drop: the page shows the last price",
            "ticks >> lost     replayable  is idempotent  at most once by key  \
             `ticks >> shown` may drop: the page shows the last price",
            "marks >> archive  replayable  commits        exactly once",
            "marks >> page     replayable  is idempotent  once by key",
        ]
    );
    let text = plan(&topology!(source(from_iter([1])) >> sink(for_each(drop::<i32>)))).to_string();
    assert!(!text.contains("guarantee"), "{text}");
}

/// The number of events of a job that fails at one of them, between two checkpoints.
const END: u64 = 1_500;
const FAULT: u64 = 1_007;

/// Panics once, at an event far behind the first checkpoints; counts its calls, a side effect.
#[derive(Debug, Clone)]
struct Once {
    panicked: Arc<AtomicBool>,
    calls: Arc<AtomicU64>,
}

#[operator]
impl Once {
    async fn process(&self, number: u64) -> u64 {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if number == FAULT && !self.panicked.swap(true, Ordering::Relaxed) {
            resume_unwind(Box::new("once"));
        }
        number
    }
}

#[tokio::test(start_paused = true)]
async fn a_sink_with_a_reason_and_side_effects_see_events_twice_and_other_sinks_once() {
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let directory = tempfile::tempdir().unwrap();
        let parts = directory.path().join("parts");
        let watched = Arc::new(Mutex::new(BTreeMap::<u64, u32>::new()));
        let seen = Arc::clone(&watched);
        let screen = for_each(move |number: u64| {
            *seen.lock().unwrap().entry(number).or_default() += 1;
        });
        let calls = Arc::new(AtomicU64::new(0));
        let counter = || Arc::clone(&calls);
        let topology = topology!(
            job("watched", exactly_once),
            numbers = source(Upto { end: END, pause: Some(50) }),
            kept = numbers
                >> shuffle
                >> Once { panicked: Arc::default(), calls: counter() } * instances,
            archive = kept >> sink(csv_parts(&parts).headerless()),
            screen = kept >> weaken("for people to watch") >> sink(screen),
        );
        let mut job = topology.start(config(&directory).batch(batch)).unwrap();
        settled(job.wait()).await.unwrap();
        crate::support::assert_balanced(&job);
        assert_eq!(job.metrics().checkpoints().unwrap().restarts, 1);
        let mut archived = Vec::new();
        for part in std::fs::read_dir(&parts).unwrap() {
            let path = part.unwrap().path();
            if path.is_file() {
                let text = std::fs::read_to_string(path).unwrap();
                archived.extend(text.lines().map(|line| line.parse::<u64>().unwrap()));
            }
        }
        archived.sort_unstable();
        assert!(archived.into_iter().eq(0..END));
        let watched = watched.lock().unwrap();
        assert!(watched.keys().copied().eq(0..END));
        assert!(watched.values().any(|times| *times == 2));
        // What is read again is processed again.
        assert!(calls.load(Ordering::Relaxed) > END);
    }
}
