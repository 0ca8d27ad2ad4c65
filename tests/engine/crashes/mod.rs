//! Durable jobs that are killed at random moments, and started again on what is on the disk.
//!
//! The job is the real one, on one thread, in an order that follows from a seed; so are the moments
//! of its deaths. Between them, user code panics, and the job restarts by itself. A death loses all memory, and as a power cut also what the disk had not made
//! durable. What the sinks have received outlives it. In the end the outputs are compared with those
//! of a recomputation that knows nothing of jobs: with `at_least_once` every row of it is there, and
//! no other. A row is one of a kind, so that one event counted twice or lost shows.

mod cases;
#[path = "../../../runtime/src/env/disk.rs"]
#[expect(dead_code, reason = "tests of the engine itself use more of it")]
pub mod disk;
mod events;
pub mod fuse;
mod losses;
mod nodes;
mod operators;
mod oracle;
mod outputs;
mod shrink;

use crate::simulation::{Spawned, Tasks, Ticking};
use crate::support::mixed;
use cases::Case;
use disk::{Disk, DiskFault};
use millstream::env::{Env, FileKind, FileLock, FileStatus, Files, ReadAt, Spawn, TaskFuture};
use millstream::mutant::Mutant;
use millstream::time::{Clock, EventTime, Monotonic, Sleep};
use millstream::{Config, Error, ErrorKind, Job, Result, Topology};
use nodes::Node;
use outputs::{Outputs, Row, TIMED_OUT};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How many turns a job may take that is left alone.
pub const PATIENCE: u64 = 400_000;

/// Where a job leaves its tasks, and its blocking work as one of them.
#[derive(Debug, Clone, Default)]
struct Blocking(Spawned);

impl Spawn for Blocking {
    fn spawn(&self, task: TaskFuture) {
        self.0.spawn(task);
    }

    /// Blocking work is a task that does all of it in one turn, some time later.
    fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        self.spawn(Box::pin(async move {
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            work();
        }));
    }
}

/// A clock under which waits end after a few turns of whoever waits.
#[derive(Debug)]
struct Beating {
    clock: Ticking,
    sleeps: AtomicU64,
    seed: u64,
}

impl Clock for Beating {
    fn monotonic(&self) -> Monotonic {
        self.clock.monotonic()
    }

    fn wall(&self) -> EventTime {
        self.clock.wall()
    }

    fn sleep(&self, _: Duration) -> Sleep {
        let number = self.sleeps.fetch_add(1, Ordering::Relaxed);
        let turns = mixed(self.seed ^ number) % 60;
        Box::pin(async move {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
        })
    }
}

/// Starts a job on a disk, none of whose tasks has run yet.
pub fn start(
    (seed, disk): (u64, &Disk),
    topology: Topology,
    config: Config,
) -> Result<(Job, Tasks)> {
    let spawned = Blocking::default();
    let clock = Beating { clock: Ticking::default(), sleeps: AtomicU64::new(0), seed };
    let env = Env::system().seeded(seed).with_spawn(spawned.clone()).with_clock(clock);
    let env = env.with_files(disk.clone());
    let tasks = Tasks::new(env.clone(), spawned.0);
    Ok((topology.start(config.env(env))?, tasks))
}

/// Runs a job until it ends, or for a number of turns; `None` if it has not ended by then.
pub fn run(on: (u64, &Disk), topology: Topology, config: Config, turns: u64) -> Option<Result<()>> {
    let (mut job, mut tasks) = match start(on, topology, config) {
        Ok(started) => started,
        Err(error) => return Some(Err(error)),
    };
    for _ in 0..turns {
        let moved = tasks.step();
        if let Some(result) = futures::FutureExt::now_or_never(job.wait()) {
            return Some(result.and_then(|()| balanced(&job)));
        }
        if !moved {
            let message = format!("no task can go on\n{}", job.metrics());
            return Some(Err(Error::new(ErrorKind::Internal, message)));
        }
    }
    None
}

/// Checks that a job at rest has every event accounted for.
fn balanced(job: &Job) -> Result<()> {
    let audit = job.audit();
    if audit.is_exact() && audit.is_balanced() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Internal, format!("events are unaccounted for\n{audit}")))
}

/// Runs a case through its deaths, to its end; how many events its edges have dropped, or what is
/// wrong.
fn survives(case: &Case) -> std::result::Result<u64, String> {
    let outputs = Outputs::new(case.exact, case.seed);
    let mut disk = Disk::default();
    let deaths = mixed(case.seed ^ 1) % 4;
    for life in 0..=deaths {
        let seed = mixed(case.seed ^ mixed(life));
        let config = Config::default().batch(case.batch).buffer(case.buffer);
        let config = config.checkpoints("checkpoints").checkpoint_every(Duration::from_millis(10));
        let turns = if life == deaths { PATIENCE } else { mixed(seed) % 1_500 };
        let fails = life < deaths && mixed(seed ^ 3).is_multiple_of(2);
        if fails {
            let at = mixed(seed ^ 4) as usize % 40;
            disk.plan(at, DiskFault::Fails(std::io::ErrorKind::StorageFull));
        }
        let fuses = mixed(seed ^ 5) % 3;
        outputs.fail(if life < deaths { mixed(seed ^ 6) % 3 } else { 0 });
        fuse::arm((0..fuses).map(|fuse| 1 + mixed(seed ^ mixed(fuse)) % 300).collect());
        let outcome = run((seed, &disk), case.topology(life, &outputs), config, turns);
        disk.forget();
        match outcome {
            Some(Ok(())) if life < deaths => {}
            Some(Ok(())) => break,
            Some(Err(error)) if fails && error.kind() == ErrorKind::Checkpoint => {}
            Some(Err(error)) if fails && error.to_string().ends_with("no storage space") => {}
            // A start has to commit first.
            Some(Err(error)) if life < deaths && error.to_string().ends_with(TIMED_OUT) => {}
            Some(Err(error)) => return Err(format!("life {life}: {error:?}")),
            None if life == deaths => return Err(format!("life {life} does not end")),
            None if mixed(seed ^ 2).is_multiple_of(2) => disk = disk.after_power_cut(seed),
            None => {}
        }
    }
    judged(case, outputs.rows(&disk))
}

/// Compares what the sinks have received with what they should.
fn judged(case: &Case, mut all: Vec<Row>) -> std::result::Result<u64, String> {
    let mut dropped = 0;
    for (at, node) in case.nodes.iter().enumerate() {
        if let Node::Drops(from, _) = *node {
            let rows = all.iter().filter(|row| row.0 == at).map(|row| (row.1, row.2));
            let events = oracle::stream_of(case, from);
            dropped += losses::dropped(&events, rows, case.exact)
                .map_err(|wrong| format!("node {at}: {wrong}"))?;
            all.retain(|row| row.0 != at);
        }
    }
    all.sort_unstable();
    let expected = oracle::rows_of(case);
    let is_right = if case.exact { all == expected } else { set(&all) == set(&expected) };
    if is_right {
        return Ok(dropped);
    }
    let (set, expected_set) = (set(&all), set(&expected));
    let missing: Vec<_> = expected_set.difference(&set).take(5).collect();
    let wrong: Vec<_> = set.difference(&expected_set).take(5).collect();
    let (rows, expected) = (all.len(), expected.len());
    Err(format!("missing {missing:?}\nwrong {wrong:?}\n{rows} rows, expected {expected}"))
}

fn set(rows: &[Row]) -> BTreeSet<Row> {
    rows.iter().copied().collect()
}

/// The seeds of a test, from `MILLSTREAM_FIRST`, or the one that `MILLSTREAM_SEED` names.
pub fn seeds(count: u64) -> impl Iterator<Item = u64> {
    let one: Option<u64> = std::env::var("MILLSTREAM_SEED").ok().and_then(|seed| seed.parse().ok());
    let count =
        std::env::var("MILLSTREAM_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(count);
    let first = std::env::var("MILLSTREAM_FIRST").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    one.map_or(first..first + count, |seed| seed..seed + 1)
}

/// Runs the case of each seed, and shows a smaller one if it is wrong.
fn all_survive(exact: bool) {
    let (mut cases, mut dropped) = (0, 0);
    for seed in seeds(500) {
        let case = Case { exact, ..Case::of(seed) };
        match survives(&case) {
            Ok(events) => (cases, dropped) = (cases + 1, dropped + events),
            Err(wrong) => {
                let (small, still) = shrink::smallest(case.clone(), wrong.clone());
                panic!("MILLSTREAM_SEED={seed}: {case}\n{wrong}\nsmaller: {small}\n{still}");
            }
        }
    }
    println!("{cases} jobs without a difference; {dropped} events dropped by edges that may");
    assert!(cases < 100 || dropped > 0, "no edge has dropped anything");
}

#[test]
fn a_job_that_is_killed_at_any_moment_goes_on_as_if_nothing_had_happened() {
    all_survive(false);
}

#[test]
fn what_a_job_that_is_killed_at_any_moment_has_committed_is_there_exactly_once() {
    all_survive(true);
}

/// Its barrier found no room, and was left behind while its task waited for room for another one.
#[test]
fn a_job_that_once_stood_still_goes_on() {
    survives(&Case::of(11_643)).unwrap();
}

#[test]
fn each_planted_fault_is_noticed() {
    let noticed = |mutant| {
        Mutant::plant(Some(mutant));
        let noticed = seeds(500).find(|seed| survives(&Case::of(*seed)).is_err());
        Mutant::plant(None);
        println!("{mutant:?} is noticed at {noticed:?}");
        noticed.is_some()
    };
    let unnoticed: Vec<_> =
        Mutant::OF_JOBS.into_iter().filter(|mutant| !noticed(*mutant)).collect();
    assert_eq!(unnoticed, []);
}
