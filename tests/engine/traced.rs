//! What a job logs: its start and end, what it opens, the first late event, the first drop. Never
//! an event, and nothing for each event.

use crate::simulation;
use crate::support::{INSTANCES, run};
use millstream::prelude::*;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Keeps every event and span as a line: its level, message and fields.
#[derive(Debug, Clone, Default)]
pub struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    spans: Arc<AtomicU64>,
}

impl Log {
    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// What is logged while the job is started and run.
    pub fn of(work: impl FnOnce()) -> Vec<String> {
        // Without a subscriber of its own, another thread may note for all that nobody listens.
        tracing::subscriber::set_global_default(Deaf).ok();
        let log = Self::default();
        tracing::subscriber::with_default(log.clone(), work);
        log.lines()
    }

    fn keep(&self, metadata: &Metadata<'_>, record: impl FnOnce(&mut Line)) {
        if !metadata.target().starts_with("millstream") || *metadata.level() == Level::TRACE {
            return;
        }
        let mut line = Line(format!("{} {}", metadata.level(), metadata.name()));
        if metadata.is_event() {
            line.0 = metadata.level().to_string();
        }
        record(&mut line);
        self.lines.lock().unwrap().push(line.0);
    }
}

/// Listens to everything and keeps nothing.
struct Deaf;

impl Subscriber for Deaf {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let written = match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
        written.unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        self.keep(attributes.metadata(), |line| attributes.record(line));
        Id::from_u64(1 + self.spans.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.keep(event.metadata(), |line| event.record(line));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn at(event: &(u64, &str)) -> EventTime {
    EventTime::from_secs(event.0 as i64)
}

#[operator]
async fn checked(event: (u64, &'static str)) -> Result<(u64, &'static str), String> {
    if event.1 == "bad" { Err(format!("{event:?}")) } else { Ok(event) }
}

/// A job with late events, all of which are dropped.
fn payments(instances: usize) -> Topology {
    let mut events = vec![(7_000, "secret"); 100];
    events.extend(vec![(1, "secret"); 100]);
    topology!(
        job("payments"),
        payments = source(from_iter(events)) >> event_time(at, lateness(Duration::from_secs(1))),
        counts = payments
            >> by(|event| event.1)
            >> window(tumbling(1.mins()))
            >> aggregate(|event| event.0, count()) * instances,
        counts >> ignore,
        counts.late >> ignore,
    )
}

#[test]
fn a_job_logs_its_start_what_it_opens_and_its_end() {
    for instances in INSTANCES {
        let lines = Log::of(|| {
            let config = Config::default().batch(10).buffer(8_192);
            simulation::run(1, payments(instances), config).unwrap();
        });
        let position = |wanted: &str| {
            let found = lines.iter().position(|line| line.starts_with(wanted));
            found.unwrap_or_else(|| panic!("no {wanted:?} in {lines:#?}"))
        };
        let settings = lines.iter().find(|line| line.starts_with("INFO the job starts")).unwrap();
        for setting in ["nodes=4", "delivery=at_most_once", "batch=10", "buffer=8192", "cores="] {
            assert!(settings.contains(setting), "{settings}");
        }
        let order = [
            "INFO job name=\"payments\"",
            "INFO the job starts",
            "DEBUG opened a source source=payments",
            "DEBUG opened a sink sink=counts_ignored",
            "INFO millstream.task job=\"payments\" node=\"payments",
            "INFO the first late event node=counts",
            "INFO the job has ended",
        ];
        let positions = order.map(position);
        assert!(positions.is_sorted(), "{lines:#?}");
        let tasks = lines.iter().filter(|line| line.starts_with("INFO millstream.task ")).count();
        assert_eq!(tasks, if instances == 1 { 1 } else { instances + 3 }, "{lines:#?}");
    }
}

#[test]
fn the_first_late_event_is_logged_once_for_each_instance() {
    for instances in INSTANCES {
        let lines = Log::of(|| {
            simulation::run(1, payments(instances), Config::default().batch(10)).unwrap();
        });
        // All events have one key, and so one instance.
        let late = lines.iter().filter(|line| line.starts_with("INFO the first late event"));
        let late: Vec<_> = late.collect();
        assert!(late.len() == 1 && late[0].contains("behind=6998s"), "{lines:#?}");
    }
}

#[test]
fn the_first_drop_is_logged_once() {
    let lines = Log::of(|| {
        let topology = topology!(
            numbers = source(from_iter([9_u64; 20])),
            again = feedback(8, drop_newest),
            more = [numbers, again] >> flat_map(|n| vec![n.saturating_sub(1); n.min(2) as usize]),
            more >> feedback(again),
        );
        simulation::run(1, topology, Config::default()).unwrap();
    });
    for first in ["INFO the first events that found no room", "INFO the first events dropped"] {
        let logged = lines.iter().filter(|line| line.starts_with(first));
        assert!(logged.clone().all(|line| line.contains(" node=again ")), "{lines:#?}");
        assert_eq!(logged.count(), 1, "{lines:#?}");
    }
}

#[test]
fn what_is_logged_neither_grows_with_the_events_nor_shows_one() {
    let logged = |events: usize| {
        Log::of(|| {
            let topology = topology!(
                payments = source(from_iter(vec![(1, "secret"); events])),
                payments >> by(|event| event.0) >> map(|event| event) * 2 >> ignore,
            );
            simulation::run(1, topology, Config::default().batch(10)).unwrap();
        })
    };
    let (few, many) = (logged(10), logged(10_000));
    assert_eq!(few.len(), many.len());
    assert!(!many.concat().contains("secret"), "{many:#?}");
}

#[test]
fn an_error_is_logged_by_its_kind_and_its_node_without_the_event() {
    let lines = Log::of(|| {
        let topology = topology!(
            checked = source(from_iter([(1, "secret"), (2, "bad")])) >> checked,
            checked >> ignore,
            checked.errors >> fail,
        );
        simulation::run(1, topology, Config::default()).unwrap_err();
    });
    let failed = lines.iter().find(|line| line.starts_with("ERROR the job has failed")).unwrap();
    assert!(failed.contains("kind=Operator node=\"checked\""), "{failed}");
    assert!(!lines.concat().contains("bad"), "{lines:#?}");
}

#[tokio::test]
async fn draining_is_logged_once() {
    let log = Log::default();
    let _logging = tracing::subscriber::set_default(log.clone());
    let topology = topology!(numbers = source(from_iter(0_u64..)), numbers >> ignore);
    let mut job = topology.start(Config::default()).unwrap();
    job.drain().await.unwrap();
    crate::support::assert_balanced(&job);
    job.drain().await.unwrap();
    crate::support::assert_balanced(&job);
    let draining =
        log.lines().iter().filter(|line| *line == "INFO draining the job state=draining").count();
    assert_eq!(draining, 1, "{:#?}", log.lines());
    let topology = topology!(numbers = source(from_iter(0_u64..9)), numbers >> ignore);
    run(topology, Config::default()).await.unwrap();
    let draining = log.lines().iter().filter(|line| line.contains("draining")).count();
    assert_eq!(draining, 1, "a job that ends by itself logs that it drains");
}
