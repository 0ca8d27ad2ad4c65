//! Runs a job on one thread, its tasks in an order that follows from a seed.
//!
//! No other thread takes part, and no clock but one that counts how often it is read: a run can be
//! repeated, and a job none of whose tasks can go on is stuck for good.

use crate::support::{assert_balanced, assert_causes_once, mixed};
use futures::FutureExt;
use millstream::env::{Env, Spawn, TaskFuture};
use millstream::metrics::Metrics;
use millstream::time::{Clock, EventTime, Monotonic, Sleep};
use millstream::{Config, Job, Result, Topology};
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// Where the job leaves its tasks.
#[derive(Clone, Default)]
pub struct Spawned(Arc<Mutex<Vec<TaskFuture>>>);

impl fmt::Debug for Spawned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Spawned")
    }
}

impl Spawn for Spawned {
    fn spawn(&self, task: TaskFuture) {
        self.0.lock().unwrap().push(task);
    }

    fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        drop(work);
        unreachable!("nothing that blocks its thread can be simulated");
    }
}

/// A clock that moves on by a tenth of a millisecond whenever it is read.
#[derive(Debug, Default)]
pub struct Ticking(AtomicU64);

impl Clock for Ticking {
    fn monotonic(&self) -> Monotonic {
        Monotonic(Duration::from_micros(100 * self.0.fetch_add(1, Ordering::Relaxed)))
    }

    fn wall(&self) -> EventTime {
        EventTime::from_secs(0) + self.monotonic().0
    }
}

/// The same clock, under which some waits come to an end, each after a few turns of whoever waits.
#[derive(Debug)]
struct Beating {
    clock: Ticking,
    left: AtomicU64,
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
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Box::pin(std::future::pending());
        }
        self.left.store(left - 1, Ordering::Relaxed);
        let turns = mixed(self.seed ^ left) % 12;
        Box::pin(async move {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
        })
    }
}

/// A clock that stands still while tasks can go on, and then moves on to the end of the first wait.
///
/// Operators of a test wait by a copy of it. The waits that end at one moment do so in the order in
/// which they began.
#[derive(Debug, Clone, Default)]
pub struct Virtual(Arc<Mutex<Waits>>);

#[derive(Debug, Default)]
struct Waits {
    now: Duration,
    begun: u64,
    wakers: BTreeMap<(Duration, u64), Option<Waker>>,
}

impl Virtual {
    /// Now, from the start of the job.
    pub fn now(&self) -> Duration {
        self.0.lock().unwrap().now
    }

    /// Lets time pass while a task computes: work that costs something.
    pub fn pass(&self, time: Duration) {
        self.0.lock().unwrap().now += time;
    }

    /// Moves on to the end of the first wait; whether there is one.
    pub fn advance(&self) -> bool {
        let mut waits = self.0.lock().unwrap();
        let Some(((due, _), waker)) = waits.wakers.pop_first() else { return false };
        waits.now = waits.now.max(due);
        drop(waits);
        if let Some(waker) = waker {
            waker.wake();
        }
        true
    }
}

impl Clock for Virtual {
    fn monotonic(&self) -> Monotonic {
        Monotonic(self.now())
    }

    fn wall(&self) -> EventTime {
        EventTime::from_secs(0) + self.now()
    }

    fn sleep(&self, wait: Duration) -> Sleep {
        let mut waits = self.0.lock().unwrap();
        let at = (waits.now + wait, waits.begun);
        waits.begun += 1;
        Box::pin(VirtualSleep { clock: self.clone(), at })
    }
}

struct VirtualSleep {
    clock: Virtual,
    at: (Duration, u64),
}

impl Future for VirtualSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut waits = self.clock.0.lock().unwrap();
        if waits.now >= self.at.0 {
            return Poll::Ready(());
        }
        waits.wakers.insert(self.at, Some(cx.waker().clone()));
        Poll::Pending
    }
}

impl Drop for VirtualSleep {
    fn drop(&mut self) {
        self.clock.0.lock().unwrap().wakers.remove(&self.at);
    }
}

/// Whether a task can go on.
struct Ready(AtomicBool);

impl Wake for Ready {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

struct Task {
    future: TaskFuture,
    ready: Arc<Ready>,
}

/// A job under a simulation.
pub struct Simulated {
    pub job: Job,
    seed: u64,
    tasks: Tasks,
}

/// The tasks of a simulated job.
pub struct Tasks {
    env: Env,
    spawned: Spawned,
    tasks: Vec<Task>,
}

/// Starts a job, none of whose tasks has run yet.
pub fn start(seed: u64, topology: Topology, config: Config) -> Result<Simulated> {
    start_under(Ticking::default(), seed, topology, config)
}

/// Starts a job that begins an epoch now and then, so many times unless one is still open.
pub fn start_epochs(
    epochs: u64,
    seed: u64,
    topology: Topology,
    config: Config,
) -> Result<Simulated> {
    let clock = Beating { clock: Ticking::default(), left: AtomicU64::new(epochs), seed };
    start_under(clock, seed, topology, config.barrier_every(Duration::from_secs(1)))
}

/// Starts a job by a clock that the test may wait by too.
pub fn start_by(
    clock: &Virtual,
    seed: u64,
    topology: Topology,
    config: Config,
) -> Result<Simulated> {
    start_under(clock.clone(), seed, topology, config)
}

/// Runs a job by that clock to its end.
pub fn run_by(clock: &Virtual, seed: u64, topology: Topology, config: Config) -> Result<Metrics> {
    let mut job = start_by(clock, seed, topology, config)?;
    while !job.has_ended() && clock.advance() {}
    job.result()?;
    Ok(job.job.metrics())
}

fn start_under(
    clock: impl Clock,
    seed: u64,
    topology: Topology,
    config: Config,
) -> Result<Simulated> {
    let spawned = Spawned::default();
    let env = Env::system().seeded(seed).with_spawn(spawned.clone()).with_clock(clock);
    let job = topology.start(config.env(env.clone())).inspect_err(assert_causes_once)?;
    Ok(Simulated { job, seed, tasks: Tasks::new(env, spawned) })
}

/// Runs a job to its end.
pub fn run(seed: u64, topology: Topology, config: Config) -> Result<Metrics> {
    start(seed, topology, config)?.finish()
}

impl Simulated {
    /// Lets tasks run, one of those that can at a time, until none can.
    pub fn work(&mut self) {
        while self.tasks.step() {}
    }

    /// Lets tasks run until a time of the clock by which the job was started.
    pub fn work_until(&mut self, clock: &Virtual, time: Duration) {
        loop {
            self.work();
            let next = clock.0.lock().unwrap().wakers.first_key_value().map(|((due, _), _)| *due);
            if next.is_none_or(|next| next > time) {
                return;
            }
            clock.advance();
        }
    }

    /// Lets tasks run to the end of the job.
    pub fn finish(mut self) -> Result<Metrics> {
        self.work();
        self.result()?;
        Ok(self.job.metrics())
    }

    /// Lets one task run; whether there was one that could.
    pub fn step(&mut self) -> bool {
        self.tasks.step()
    }

    /// How the job ended; panics if it has not, although none of its tasks can go on, and if it has
    /// ended well, but not every event is accounted for.
    #[track_caller]
    pub fn result(&mut self) -> Result<()> {
        match self.job.wait().now_or_never() {
            Some(result) => {
                result.inspect_err(assert_causes_once)?;
                assert_balanced(&self.job);
                Ok(())
            }
            None => panic!("seed {}: the job is stuck\n{}", self.seed, self.job.metrics()),
        }
    }

    /// Whether all tasks come to their end.
    pub fn has_ended(&mut self) -> bool {
        self.tasks.have_ended()
    }

    /// Drops the job; what is left of it.
    pub fn abandon(self) -> Tasks {
        self.tasks
    }
}

impl Tasks {
    /// The tasks that are left there, in an order that follows from the random numbers of `env`.
    pub fn new(env: Env, spawned: Spawned) -> Self {
        Self { env, spawned, tasks: Vec::new() }
    }

    /// Whether all of them come to their end.
    pub fn have_ended(&mut self) -> bool {
        while self.step() {}
        self.tasks.is_empty()
    }

    /// Lets one task run; whether there was one.
    pub fn step(&mut self) -> bool {
        let spawned = std::mem::take(&mut *self.spawned.0.lock().unwrap());
        self.tasks.extend(
            spawned
                .into_iter()
                .map(|future| Task { future, ready: Arc::new(Ready(AtomicBool::new(true))) }),
        );
        let is_ready = |task: &&Task| task.ready.0.load(Ordering::Relaxed);
        let ready = self.tasks.iter().filter(is_ready).count() as u64;
        if ready == 0 {
            return false;
        }
        let chosen = (self.env.random() % ready) as usize;
        let mut all = self.tasks.iter().enumerate();
        let at = all.by_ref().filter(|(_, task)| is_ready(task)).nth(chosen).unwrap().0;
        let task = &mut self.tasks[at];
        task.ready.0.store(false, Ordering::Relaxed);
        let waker = Waker::from(Arc::clone(&task.ready));
        if task.future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            drop(self.tasks.remove(at));
        }
        true
    }
}

impl Drop for Tasks {
    /// Tasks that have not run yet refer to the environment that refers to them.
    fn drop(&mut self) {
        self.spawned.0.lock().unwrap().clear();
    }
}
