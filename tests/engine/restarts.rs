//! Durable jobs that fail and restart within their process.

use crate::durable::{Counting, Upto, config};
use crate::support::{BATCHES, INSTANCES, settled};
use millstream::env::Env;
use millstream::prelude::*;
use millstream::sink::{Appends, Writer};
use millstream::source::{Position, Replayable};
use millstream::{Error, ErrorKind};
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const END: u64 = 30_000;

/// Fails at an event, so many times; counts how often it was asked.
#[derive(Debug, Clone)]
struct Fault {
    at: u64,
    left: Arc<AtomicU64>,
}

impl Fault {
    fn new(at: u64, times: u64) -> Self {
        Self { at, left: Arc::new(AtomicU64::new(times)) }
    }

    fn is_due(&self, number: u64) -> bool {
        let one_less = |left: u64| left.checked_sub(1);
        let order = Ordering::Relaxed;
        number == self.at && self.left.fetch_update(order, order, one_less).is_ok()
    }

    /// Panics without a word from the panic hook.
    fn panic_if_due(&self, number: u64) {
        if self.is_due(number) {
            resume_unwind(Box::new("the fault is due"));
        }
    }
}

/// Counts the events of each key; a panic is an event of one instance.
#[derive(Debug, Clone)]
struct Counted {
    fault: Fault,
}

#[operator]
impl Counted {
    async fn process(&self, number: u64, seen: &mut u64) -> (u64, u64) {
        *seen += 1;
        self.fault.panic_if_due(number);
        (number % 10, *seen)
    }
}

type Rows = Collected<(u64, u64)>;

/// The numbers below an end, a millisecond after every fifty.
fn paced(end: u64) -> Upto {
    Upto { end, pause: Some(50) }
}

fn counting(rows: &Rows, fault: &Fault, instances: usize) -> Topology {
    topology!(
        job("counting", at_least_once),
        numbers = source(paced(END)),
        counts =
            numbers >> by(|number| number % 10) >> Counted { fault: fault.clone() } * instances,
        counts >> sink(rows.sink()),
    )
}

/// The greatest count of each key.
fn greatest(rows: &[(u64, u64)]) -> BTreeMap<u64, u64> {
    let mut greatest = BTreeMap::new();
    for (key, count) in rows {
        let most: &mut u64 = greatest.entry(*key).or_default();
        *most = (*most).max(*count);
    }
    greatest
}

fn restarts_of(job: &Job) -> u64 {
    job.metrics().checkpoints().map_or(0, |checkpoints| checkpoints.restarts)
}

#[tokio::test(start_paused = true)]
async fn a_job_that_panics_goes_on_from_its_last_checkpoint_in_the_same_process() {
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let (directory, rows) = (tempfile::tempdir().unwrap(), Rows::new());
        let topology = counting(&rows, &Fault::new(20_003, 2), instances);
        let mut job = topology.start(config(&directory).batch(batch)).unwrap();
        settled(job.wait()).await.unwrap();
        crate::support::assert_balanced(&job);
        let rows = rows.take();
        assert_eq!(restarts_of(&job), 2);
        assert_eq!(greatest(&rows), (0..10).map(|key| (key, END / 10)).collect());
        let seen: std::collections::BTreeSet<_> = rows.iter().collect();
        assert_eq!(seen.len() as u64, END, "each count is there");
        assert!((rows.len() as u64) < 2 * END, "{}: it began again", rows.len());
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_that_always_panics_ends_the_job_after_three_attempts() {
    let (directory, rows) = (tempfile::tempdir().unwrap(), Rows::new());
    let fault = Fault::new(20_003, u64::MAX);
    let mut job = counting(&rows, &fault, 2).start(config(&directory)).unwrap();
    let error = settled(job.wait()).await.unwrap_err();
    assert_eq!((error.kind(), error.node()), (ErrorKind::Panic, Some("counts")));
    let restarts = restarts_of(&job);
    assert!((2..=3).contains(&restarts), "{restarts}");
    assert!(error.to_string().ends_with(&format!(", after {restarts} restarts")), "{error}");
    let attempts = u64::MAX - fault.left.load(Ordering::Relaxed);
    assert!((3..=4).contains(&attempts), "{attempts}");
}

#[tokio::test(start_paused = true)]
async fn a_job_without_restarts_ends_with_its_first_failure() {
    let (directory, rows) = (tempfile::tempdir().unwrap(), Rows::new());
    let fault = Fault::new(20_003, 1);
    let config = || config(&directory).restarts(Restarts::none());
    let mut job = counting(&rows, &fault, 1).start(config()).unwrap();
    settled(job.wait()).await.unwrap_err();
    assert_eq!(restarts_of(&job), 0);
    crate::support::run(counting(&rows, &fault, 1), config()).await.unwrap();
    assert_eq!(greatest(&rows.take()), (0..10).map(|key| (key, END / 10)).collect());
}

/// A sink whose peer is gone for a while, as often as there are errors left.
#[derive(Debug, Clone)]
struct Remote {
    errors: Arc<AtomicU64>,
    opened: Arc<AtomicU64>,
}

impl Sink<u64> for Remote {
    type Writer = Self;
    type Repeat = Appends;

    fn open(self, _: &Env) -> millstream::Result<Self> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        Ok(self)
    }

    fn again(&self) -> Option<Self> {
        Some(self.clone())
    }
}

impl Writer<u64> for Remote {
    fn write(&mut self, _: u64) -> millstream::Result<()> {
        let one_less = |left: u64| left.checked_sub(1);
        let order = Ordering::Relaxed;
        match self.errors.fetch_update(order, order, one_less) {
            Ok(_) => Err(Error::new(ErrorKind::Sink, "the peer is gone")),
            Err(_) => Ok(()),
        }
    }
}

fn remote(errors: u64) -> (Topology, Arc<AtomicU64>) {
    let opened = Arc::default();
    let peer = Remote { errors: Arc::new(AtomicU64::new(errors)), opened: Arc::clone(&opened) };
    let topology = topology!(
        job("remote", at_least_once),
        numbers = source(paced(1_000)),
        peer = numbers >> sink(peer),
    );
    (topology, opened)
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_is_gone_is_waited_for_longer_each_time() {
    let directory = tempfile::tempdir().unwrap();
    let (topology, opened) = remote(6);
    let clock = Env::system();
    let began = clock.clock().monotonic();
    crate::support::run(topology, config(&directory)).await.unwrap();
    assert_eq!(opened.load(Ordering::Relaxed), 7);
    // At once, then after 100, 200, 400, 800 and 1,600 ms.
    let took = clock.clock().monotonic().since(began);
    assert!((3_100..3_400).contains(&took.as_millis()), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_stays_away_ends_the_job_at_the_limit() {
    let directory = tempfile::tempdir().unwrap();
    let (topology, opened) = remote(u64::MAX);
    let policy = Restarts::up_to(4).within(1.hours()).backoff(1.secs(), 2.secs());
    let clock = Env::system();
    let began = clock.clock().monotonic();
    let error = settled(topology.run(config(&directory).restarts(policy))).await.unwrap_err();
    assert_eq!((error.kind(), error.node()), (ErrorKind::Sink, Some("peer")));
    assert_eq!(opened.load(Ordering::Relaxed), 5);
    let took = clock.clock().monotonic().since(began);
    assert!((7_000..7_100).contains(&took.as_millis()), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_stopped_while_it_waits_ends_with_the_failure() {
    for stop in ["drain", "suspend", "abort"] {
        let directory = tempfile::tempdir().unwrap();
        let policy = Restarts::default().backoff(30.secs(), 30.secs());
        let mut job = remote(1).0.start(config(&directory).restarts(policy)).unwrap();
        tokio::time::sleep(Duration::from_secs(5)).await;
        let stopped = match stop {
            "drain" => settled(job.drain()).await,
            "suspend" => settled(job.suspend()).await,
            _ => {
                job.abort();
                settled(job.wait()).await
            }
        };
        assert_eq!(stopped.unwrap_err().kind(), ErrorKind::Sink, "{stop}");
        crate::support::run(remote(0).0, config(&directory)).await.unwrap();
    }
}

/// A sink that can be opened only once.
struct Single;

impl Sink<u64> for Single {
    type Writer = Self;
    type Repeat = Appends;

    fn open(self, _: &Env) -> millstream::Result<Self> {
        Ok(self)
    }
}

impl Writer<u64> for Single {
    fn write(&mut self, number: u64) -> millstream::Result<()> {
        let fails = number == 500;
        if fails { Err(Error::new(ErrorKind::Sink, "the peer is gone")) } else { Ok(()) }
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_with_a_sink_that_opens_once_does_not_restart_and_cannot_be_asked_to() {
    let directory = tempfile::tempdir().unwrap();
    let topology = || {
        topology!(
            job("single", at_least_once),
            numbers = source(paced(1_000)),
            single = numbers >> sink(Single),
        )
    };
    let mut job = topology().start(config(&directory)).unwrap();
    let error = settled(job.wait()).await.unwrap_err();
    assert_eq!((error.node(), restarts_of(&job)), (Some("single"), 0));
    let error = topology().start(config(&directory).restarts(Restarts::up_to(1))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(
        error.to_string(),
        "`single` cannot be opened again, so the job cannot restart; implement `again` for it, or \
         ask for `Restarts::none()`",
    );
    settled(topology().run(config(&directory).restarts(Restarts::none()))).await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn a_file_sink_is_continued_by_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("numbers.csv");
    let fault = Fault::new(20_003, 1);
    let topology = topology!(
        job("file", at_least_once),
        numbers = source(paced(END)),
        numbers
            >> inspect(move |number| fault.panic_if_due(*number))
            >> sink(csv_file(&path).headerless()),
    );
    let checkpoints = tempfile::tempdir().unwrap();
    crate::support::run(topology, config(&checkpoints)).await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let numbers: std::collections::BTreeSet<u64> =
        text.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(numbers, (0..END).collect());
}

#[tokio::test(start_paused = true)]
async fn checkpoints_are_counted_and_measured() {
    let (directory, rows) = (tempfile::tempdir().unwrap(), Rows::new());
    let mut job = counting(&rows, &Fault::new(0, 0), 2).start(config(&directory)).unwrap();
    assert_eq!(job.metrics().checkpoints().unwrap().last, None);
    tokio::time::sleep(Duration::from_millis(95)).await;
    let metrics = job.metrics();
    let checkpoints = *metrics.checkpoints().unwrap();
    let last = checkpoints.last.unwrap();
    assert!((8..=9).contains(&checkpoints.durable), "{checkpoints:?}");
    assert!(last.bytes > 0 && last.age < Duration::from_millis(12), "{last:?}");
    assert_eq!((checkpoints.failed, checkpoints.restarts), (0, 0));
    let shown = metrics.to_string();
    let line =
        format!("checkpoints  {} durable  last: number {}", checkpoints.durable, last.number);
    assert!(shown.contains(&line), "{shown}");
    job.abort();
    settled(job.wait()).await.unwrap_err();
}

/// Panics when it is opened again, the first time.
#[derive(Debug, Clone)]
struct Shy(Fault);

impl Source<u64> for Shy {
    type Reader = Counting;
    type Replay = Replayable;

    fn open(self, env: &Env) -> millstream::Result<Counting> {
        paced(END).open(env)
    }

    fn open_at(self, env: &Env, at: &Position) -> millstream::Result<Counting> {
        self.0.panic_if_due(0);
        paced(END).open_at(env, at)
    }

    fn again(&self) -> Option<Self> {
        Some(self.clone())
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_panics_when_it_is_opened_again_is_opened_once_more() {
    let (directory, rows) = (tempfile::tempdir().unwrap(), Rows::new());
    let (shy, fault) = (Shy(Fault::new(0, 1)), Fault::new(20_003, 1));
    let topology = topology!(
        job("shy", at_least_once),
        numbers = source(shy),
        counts = numbers >> by(|number| number % 10) >> Counted { fault: fault.clone() },
        counts >> sink(rows.sink()),
    );
    let mut job = topology.start(config(&directory)).unwrap();
    settled(job.wait()).await.unwrap();
    crate::support::assert_balanced(&job);
    assert_eq!(restarts_of(&job), 2);
    assert_eq!(greatest(&rows.take()), (0..10).map(|key| (key, END / 10)).collect());
}

#[tokio::test(start_paused = true)]
async fn a_file_sink_that_was_added_is_opened_again() {
    let (directory, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = files.path().join("added.csv");
    let rows = Collected::new();
    let first = topology!(
        job("grown", at_least_once),
        numbers = source(Upto { end: 100, pause: None }),
        kept = numbers >> sink(rows.sink()),
    );
    crate::support::run(first, config(&directory)).await.unwrap();
    // It fails before the first checkpoint with a cut of the new sink.
    let fault = Fault::new(120, 2);
    let second = topology!(
        job("grown", at_least_once),
        numbers = source(Upto { end: 200, pause: None }),
        passed = numbers >> inspect(move |number| fault.panic_if_due(*number)),
        kept = passed >> sink(rows.sink()),
        added = passed >> sink(csv_file(&path).headerless()),
    );
    let rare = config(&directory).checkpoint_every(1.hours());
    crate::support::run(second, rare).await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let numbers: Vec<u64> = text.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(numbers, (100..200).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_channel_within_a_job_closes_with_the_end_of_its_sink() {
    let (sender, receiver) = tokio::sync::mpsc::channel(4);
    let numbers = Collected::new();
    let topology = topology!(
        source(from_iter(0..100_u64)) >> sink(to_channel(sender)),
        source(from_channel(receiver)) >> sink(numbers.sink()),
    );
    crate::support::run(topology, Config::default()).await.unwrap();
    assert_eq!(numbers.take(), (0..100).collect::<Vec<_>>());
}
