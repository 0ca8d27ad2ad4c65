//! Tasks that run on one thread, in an order that follows from random numbers.

use super::Virtual;
use super::cost;
use millstream::env::{Env, Spawn, TaskFuture};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
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

/// Whether a task can go on.
struct Ready {
    now: AtomicBool,
    /// By this clock work takes time.
    clock: Option<Virtual>,
    /// Until when the task works, in nanoseconds.
    busy_until: AtomicU64,
    /// When the task is to be woken, if that is still to come.
    woken_at: AtomicU64,
}

impl Ready {
    fn new(clock: Option<Virtual>) -> Arc<Self> {
        let (busy_until, woken_at) = (AtomicU64::new(0), AtomicU64::new(u64::MAX));
        Arc::new(Self { now: AtomicBool::new(true), clock, busy_until, woken_at })
    }

    /// Adds the cost of a turn. A task that has woken itself meanwhile goes on after that.
    fn work(self: &Arc<Self>, cost: Duration) {
        if let Some(clock) = self.clock.as_ref().filter(|_| !cost.is_zero()) {
            self.busy_until.store(nanos(clock.base() + cost), Ordering::Relaxed);
            if self.now.swap(false, Ordering::Relaxed) {
                Arc::clone(self).wake();
            }
        }
    }
}

impl Wake for Ready {
    fn wake(self: Arc<Self>) {
        let Some(clock) = &self.clock else {
            return self.now.store(true, Ordering::Relaxed);
        };
        let base = nanos(clock.base());
        if base >= self.woken_at.load(Ordering::Relaxed) {
            self.woken_at.store(u64::MAX, Ordering::Relaxed);
        }
        let at = nanos(clock.now()).max(self.busy_until.load(Ordering::Relaxed));
        if at <= base {
            self.now.store(true, Ordering::Relaxed);
        } else if at < self.woken_at.load(Ordering::Relaxed) {
            self.woken_at.store(at, Ordering::Relaxed);
            let waker = Waker::from(Arc::clone(&self));
            clock.wake_at(Duration::from_nanos(at), waker);
        }
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap()
}

struct Task {
    future: TaskFuture,
    ready: Arc<Ready>,
}

/// The tasks of a simulated job.
pub struct Tasks {
    env: Env,
    clock: Option<Virtual>,
    spawned: Spawned,
    tasks: Vec<Task>,
}

impl Tasks {
    /// The tasks that are left there, in an order that follows from the random numbers of `env`.
    pub fn new(env: Env, spawned: Spawned) -> Self {
        Self::by(None, env, spawned)
    }

    /// The same, with work that takes its time by a clock.
    pub(super) fn by(clock: Option<Virtual>, env: Env, spawned: Spawned) -> Self {
        Self { env, clock, spawned, tasks: Vec::new() }
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
                .map(|future| Task { future, ready: Ready::new(self.clock.clone()) }),
        );
        let is_ready = |task: &&Task| task.ready.now.load(Ordering::Relaxed);
        let ready = self.tasks.iter().filter(is_ready).count() as u64;
        if ready == 0 {
            return false;
        }
        let chosen = (self.env.random() % ready) as usize;
        let mut all = self.tasks.iter().enumerate();
        let at = all.by_ref().filter(|(_, task)| is_ready(task)).nth(chosen).unwrap().0;
        let task = &mut self.tasks[at];
        task.ready.now.store(false, Ordering::Relaxed);
        let waker = Waker::from(Arc::clone(&task.ready));
        let ended = task.future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
        task.ready.work(cost::take());
        if ended {
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
