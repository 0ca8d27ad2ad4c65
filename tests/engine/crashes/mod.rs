//! Durable jobs that are killed at random moments, and started again on what is on the disk.
//!
//! The job is the real one, on one thread, in an order that follows from a seed; so are the moments
//! of its deaths. A death loses all memory, and as a power cut also what the disk had not made
//! durable. What the sinks have received outlives it. In the end the outputs are compared with those
//! of a recomputation that knows nothing of jobs: with `at_least_once` every row of it is there, and
//! no other. A row is one of a kind, so that one event counted twice or lost shows.

mod cases;
#[path = "../../../runtime/src/env/disk.rs"]
#[expect(dead_code, reason = "tests of the engine itself damage files too")]
mod disk;
mod events;
mod oracle;

use crate::support::mixed;
use cases::Case;
use disk::{Disk, DiskFault};
use millstream::env::{Env, FileKind, FileLock, FileStatus, Files, ReadAt, Spawn, TaskFuture};
use millstream::mutant::Mutant;
use millstream::time::{Clock, EventTime, Monotonic, Sleep};
use millstream::{Config, Error, ErrorKind, Result, Topology};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

/// How many turns a job may take that is left alone.
const PATIENCE: u64 = 400_000;

/// Where a job leaves its tasks.
#[derive(Clone, Default)]
struct Spawned(Arc<Mutex<Vec<TaskFuture>>>);

impl fmt::Debug for Spawned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Spawned")
    }
}

impl Spawn for Spawned {
    fn spawn(&self, task: TaskFuture) {
        self.0.lock().unwrap().push(task);
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

/// A clock that moves on by a tenth of a millisecond whenever it is read, and under which waits end
/// after a few turns of whoever waits.
#[derive(Debug)]
struct Beating {
    reads: AtomicU64,
    sleeps: AtomicU64,
    seed: u64,
}

impl Clock for Beating {
    fn monotonic(&self) -> Monotonic {
        Monotonic(Duration::from_micros(100 * self.reads.fetch_add(1, Ordering::Relaxed)))
    }

    fn wall(&self) -> EventTime {
        EventTime::from_secs(0) + self.monotonic().0
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

struct Ready(AtomicBool);

impl Wake for Ready {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A job from its start to its end or death.
struct Life {
    env: Env,
    spawned: Spawned,
    tasks: Vec<(TaskFuture, Arc<Ready>)>,
}

impl Life {
    fn new(seed: u64, disk: &Disk) -> Self {
        let spawned = Spawned::default();
        let clock = Beating { reads: AtomicU64::new(0), sleeps: AtomicU64::new(0), seed };
        let env = Env::system().seeded(seed).with_spawn(spawned.clone()).with_clock(clock);
        Self { env: env.with_files(disk.clone()), spawned, tasks: Vec::new() }
    }

    /// Lets one task run; whether there was one that could.
    fn step(&mut self) -> bool {
        for task in std::mem::take(&mut *self.spawned.0.lock().unwrap()) {
            self.tasks.push((task, Arc::new(Ready(AtomicBool::new(true)))));
        }
        let can = |at: &usize| self.tasks[*at].1.0.load(Ordering::Relaxed);
        let ready: Vec<usize> = (0..self.tasks.len()).filter(can).collect();
        let Some(at) = ready.get(self.env.random() as usize % ready.len().max(1)) else {
            return false;
        };
        let (future, ready) = &mut self.tasks[*at];
        ready.0.store(false, Ordering::Relaxed);
        let waker = Waker::from(Arc::clone(ready));
        if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            drop(self.tasks.remove(*at));
        }
        true
    }

    /// Runs a job until it ends, or for a number of turns; `None` if it has not ended by then.
    fn run(&mut self, topology: Topology, config: Config, turns: u64) -> Option<Result<()>> {
        let mut job = match topology.start(config.env(self.env.clone())) {
            Ok(job) => job,
            Err(error) => return Some(Err(error)),
        };
        for _ in 0..turns {
            let moved = self.step();
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
}

impl Drop for Life {
    /// Tasks that have not run yet refer to the environment that refers to them.
    fn drop(&mut self) {
        self.spawned.0.lock().unwrap().clear();
    }
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
        let outcome = Life::new(seed, &disk).run(case.topology(life, &received), config, turns);
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
fn seeds(count: u64) -> impl Iterator<Item = u64> {
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
    let unnoticed: Vec<_> = Mutant::ALL.into_iter().filter(|mutant| !noticed(*mutant)).collect();
    assert_eq!(unnoticed, []);
}
