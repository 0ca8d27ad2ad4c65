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
mod fuse;
mod oracle;

use crate::simulation::{Spawned, Tasks, Ticking};
use crate::support::mixed;
use cases::Case;
use disk::{Disk, DiskFault};
use millstream::env::{Env, FileKind, FileLock, FileStatus, Files, ReadAt, Spawn, TaskFuture};
use millstream::mutant::Mutant;
use millstream::time::{Clock, EventTime, Monotonic, Sleep};
use millstream::{Config, Error, ErrorKind, Job, Result, Topology};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How many turns a job may take that is left alone.
const PATIENCE: u64 = 400_000;

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
            return Some(result);
        }
        if !moved {
            let message = format!("no task can go on\n{}", job.metrics());
            return Some(Err(Error::new(ErrorKind::Internal, message)));
        }
    }
    None
}

/// Runs a case through its deaths, to its end; what is wrong then.
fn survives(case: &Case) -> std::result::Result<(), String> {
    let received = cases::Received::default();
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
        fuse::arm((0..fuses).map(|fuse| 1 + mixed(seed ^ mixed(fuse)) % 300).collect());
        let outcome = run((seed, &disk), case.topology(life, &received), config, turns);
        disk.forget();
        match outcome {
            Some(Ok(())) if life < deaths => {}
            Some(Ok(())) => break,
            Some(Err(error)) if fails && error.kind() == ErrorKind::Checkpoint => {}
            Some(Err(error)) => return Err(format!("life {life}: {error:?}")),
            None if life == deaths => return Err(format!("life {life} does not end")),
            None if mixed(seed ^ 2).is_multiple_of(2) => disk = disk.after_power_cut(seed),
            None => {}
        }
    }
    let expected = oracle::rows_of(case);
    let rows: std::collections::BTreeSet<_> = received.lock().unwrap().iter().copied().collect();
    let missing: Vec<_> = expected.difference(&rows).take(5).collect();
    let wrong: Vec<_> = rows.difference(&expected).take(5).collect();
    if missing.is_empty() && wrong.is_empty() {
        return Ok(());
    }
    Err(format!("missing {missing:?}\nwrong {wrong:?}"))
}

/// The seeds of a test, or the one that `MILLSTREAM_SEED` names.
pub fn seeds(count: u64) -> impl Iterator<Item = u64> {
    let one: Option<u64> = std::env::var("MILLSTREAM_SEED").ok().and_then(|seed| seed.parse().ok());
    let count =
        std::env::var("MILLSTREAM_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(count);
    let all = one.map_or(0..count, |seed| seed..seed + 1);
    all.into_iter()
}

#[test]
fn a_job_that_is_killed_at_any_moment_goes_on_as_if_nothing_had_happened() {
    for seed in seeds(500) {
        let case = Case::of(seed);
        if let Err(wrong) = survives(&case) {
            panic!("MILLSTREAM_SEED={seed}: {case}\n{wrong}");
        }
    }
}

#[test]
fn each_planted_fault_is_noticed() {
    let noticed = |mutant| {
        Mutant::plant(Some(mutant));
        let noticed = seeds(5_000).find(|seed| survives(&Case::of(*seed)).is_err());
        Mutant::plant(None);
        println!("{mutant:?} is noticed at {noticed:?}");
        noticed.is_some()
    };
    // No case has an edge that drops events: see `dropping`.
    let mutants = Mutant::ALL.into_iter().filter(|mutant| *mutant != Mutant::EvictedBeforeBarrier);
    let unnoticed: Vec<_> = mutants.filter(|mutant| !noticed(*mutant)).collect();
    assert_eq!(unnoticed, []);
}
