//! Durable jobs that are stopped and started again.

use crate::support::{INSTANCES, settled};
use millstream::env::{Env, Spawn, TaskFuture, TokioSpawn};
use millstream::prelude::*;
use millstream::source::{Intake, Position, Reader, Readiness, Replayable, Source};
use millstream::{ErrorKind, Result};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::task::{Context as Cx, Poll};
use std::time::Duration;

/// The numbers below `end`; with a `pause`, so many at a time and one millisecond apart.
pub struct Upto {
    pub end: u64,
    pub pause: Option<u64>,
}

pub struct Counting {
    next: u64,
    of: Upto,
    sleep: Option<std::pin::Pin<Box<tokio::time::Sleep>>>,
}

impl Source<u64> for Upto {
    type Reader = Counting;
    type Replay = Replayable;

    fn open(self, _: &Env) -> Result<Counting> {
        Ok(Counting { next: 0, of: self, sleep: None })
    }

    fn open_at(self, env: &Env, at: &Position) -> Result<Counting> {
        Ok(Counting { next: at.read()?, ..self.open(env)? })
    }

    fn again(&self) -> Option<Self> {
        Some(Self { ..*self })
    }
}

impl Reader<u64> for Counting {
    fn poll_ready(&mut self, cx: &mut Cx<'_>) -> Poll<Result<Readiness>> {
        if self.of.pause.is_some() {
            let sleep = || Box::pin(tokio::time::sleep(Duration::from_millis(1)));
            if self.sleep.get_or_insert_with(sleep).as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
        let more = self.next < self.of.end;
        Poll::Ready(Ok(if more { Readiness::Events } else { Readiness::End }))
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<u64>) -> Result<()> {
        self.sleep = None;
        let limit = self.of.pause.map_or(limit as u64, |most| most.min(limit as u64));
        for _ in 0..limit.min(self.of.end - self.next) {
            into.event(self.next)?;
            self.next += 1;
        }
        Ok(())
    }

    fn position(&mut self) -> Result<Option<Position>> {
        Position::of(&self.next).map(Some)
    }
}

#[operator]
async fn counted(number: u64, seen: &mut (u64, u64)) -> (u64, u64, u64) {
    seen.0 += 1;
    seen.1 += number;
    (number % 10, seen.0, seen.1)
}

type Rows = Collected<(u64, u64, u64)>;

fn job(rows: &Rows, of: Upto, instances: usize) -> Topology {
    topology!(
        job("durable", at_least_once),
        numbers = source(of),
        numbers >> by(|number| number % 10) >> counted * instances >> sink(rows.sink()),
    )
}

/// The count and the sum of each key in the end.
fn last(rows: &[(u64, u64, u64)]) -> BTreeMap<u64, (u64, u64)> {
    rows.iter().map(|(key, count, sum)| (*key, (*count, *sum))).collect()
}

fn expected(end: u64) -> BTreeMap<u64, (u64, u64)> {
    let mut expected = BTreeMap::<u64, (u64, u64)>::new();
    for number in 0..end {
        let (count, sum) = expected.entry(number % 10).or_default();
        (*count, *sum) = (*count + 1, *sum + number);
    }
    expected
}

/// Writes checkpoints at once: a paused clock would not wait for another thread.
#[derive(Debug)]
pub struct AtOnce;

impl Spawn for AtOnce {
    fn spawn(&self, task: TaskFuture) {
        TokioSpawn.spawn(task);
    }

    fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        work();
    }
}

pub fn config(directory: &tempfile::TempDir) -> Config {
    let env = Env::system().with_spawn(AtOnce);
    let config = Config::default().env(env).checkpoints(directory.path());
    config.checkpoint_every(Duration::from_millis(10))
}

#[tokio::test(start_paused = true)]
async fn a_suspended_job_continues_with_any_number_of_instances() {
    let (directory, rows) = (tempfile::tempdir().unwrap(), Rows::new());
    let slow = || Upto { end: 60_000, pause: Some(7) };
    let mut seen = Vec::new();
    for instances in [1, 4, 2, 3] {
        let mut job = job(&rows, slow(), instances).start(config(&directory)).unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        settled(job.suspend()).await.unwrap();
        crate::support::assert_balanced(&job);
        let more = rows.take();
        assert!(!more.is_empty());
        seen.extend(more);
    }
    assert!(seen.len() < 60_000, "{}", seen.len());
    let quick = Upto { end: 60_000, pause: None };
    crate::support::run(job(&rows, quick, 2), config(&directory)).await.unwrap();
    seen.extend(rows.take());
    assert_eq!((seen.len(), last(&seen)), (60_000, expected(60_000)));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_has_ended_ends_at_once_and_continues_with_a_longer_input() {
    for instances in INSTANCES {
        let (directory, rows) = (tempfile::tempdir().unwrap(), Rows::new());
        let mut seen = Vec::new();
        for end in [1_000, 1_000, 5_000] {
            let of = Upto { end, pause: None };
            crate::support::run(job(&rows, of, instances), config(&directory)).await.unwrap();
            seen.extend(rows.take());
            assert_eq!((seen.len() as u64, last(&seen)), (end, expected(end)));
        }
    }
}

#[operator]
async fn fragile(number: u64, seen: &mut u64) -> u64 {
    *seen += 1;
    assert!(number != 20_003 || !IS_FRAGILE.get());
    *seen
}

thread_local! {
    static IS_FRAGILE: Cell<bool> = const { Cell::new(false) };
}

#[tokio::test(start_paused = true)]
async fn after_a_panic_a_job_continues_from_its_last_checkpoint() {
    let (directory, rows) = (tempfile::tempdir().unwrap(), Collected::new());
    IS_FRAGILE.set(true);
    let job = || {
        topology!(
            job("fragile", at_least_once),
            numbers = source(Upto { end: 30_000, pause: Some(50) }),
            numbers >> by(|number| number % 10) >> fragile >> sink(rows.sink()),
        )
    };
    let error = settled(job().run(config(&directory))).await.unwrap_err();
    assert_eq!((error.kind(), error.node()), (ErrorKind::Panic, Some("fragile")));
    let before = rows.take().len();
    IS_FRAGILE.set(false);
    crate::support::run(job(), config(&directory)).await.unwrap();
    let after = rows.take();
    assert!(before + after.len() >= 30_000 && after.len() < 30_000, "{before} {}", after.len());
    assert_eq!(after.iter().max(), Some(&3_000));
}

#[tokio::test]
async fn a_strong_promise_without_a_directory_is_refused_at_start() {
    let topology = job(&Rows::new(), Upto { end: 1, pause: None }, 1);
    let error = topology.start(Config::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(
        error.to_string(),
        "job `durable` is `at_least_once` and has no directory for its checkpoints; set one by \
         `Config::checkpoints(dir)` or MILLSTREAM_CHECKPOINTS, or promise `at_most_once`",
    );
}

#[tokio::test]
async fn a_node_with_state_needs_a_name() {
    let directory = tempfile::tempdir().unwrap();
    let topology =
        topology!(job("unnamed", at_least_once), source(Upto { end: 1, pause: None }) >> ignore,);
    let error = topology.start(config(&directory)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Topology);
    assert_eq!(
        error.to_string(),
        "`source` keeps state in checkpoints, and has no name of its own; name it, `name = …` or \
         `.named(…)`: its state is found by that name",
    );
}

/// Says that it can replay, and cannot tell from where.
struct Lost;

impl Source<u64> for Lost {
    type Reader = millstream::source::StreamReader<futures::stream::Iter<std::vec::IntoIter<u64>>>;
    type Replay = Replayable;

    fn open(self, env: &Env) -> Result<Self::Reader> {
        Source::<u64>::open(futures::stream::iter(vec![1]), env)
    }
}

#[tokio::test]
async fn a_source_without_a_position_is_refused_at_start() {
    let directory = tempfile::tempdir().unwrap();
    let topology = topology!(job("lost", at_least_once), lost = source(Lost), lost >> ignore);
    let error = topology.start(config(&directory)).unwrap_err();
    assert_eq!((error.kind(), error.node()), (ErrorKind::Source, Some("lost")));
    assert!(error.to_string().contains("has no position to begin at again"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_second_job_on_the_directory_of_one_that_runs_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let slow = || job(&Rows::new(), Upto { end: 1_000, pause: Some(1) }, 1);
    let mut first = slow().start(config(&directory)).unwrap();
    let error = slow().start(config(&directory)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Checkpoint);
    settled(first.wait()).await.unwrap();
    crate::support::assert_balanced(&first);
    crate::support::run(slow(), config(&directory)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_state_of_a_node_that_is_gone_is_not_lost_in_silence() {
    let directory = tempfile::tempdir().unwrap();
    let of = Upto { end: 100, pause: None };
    crate::support::run(job(&Rows::new(), of, 1), config(&directory)).await.unwrap();
    let other = topology!(
        job("durable", at_least_once),
        numbers = source(Upto { end: 100, pause: None }),
        numbers >> by(|number| number % 10) >> fragile >> ignore,
    );
    let error = other.start(config(&directory)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Checkpoint);
    assert_eq!(
        error.to_string(),
        "the checkpoint has the state of a node `counted`, which this topology has not; give a \
         renamed node its old name, or give up its state by `Config::forget`",
    );
}
