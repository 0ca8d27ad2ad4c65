//! Runs a job on one thread, its tasks in an order that follows from a seed.
//!
//! No other thread takes part, and no clock but one that counts how often it is read: a run can be
//! repeated, and a job none of whose tasks can go on is stuck for good.
//!
//! Under a [`Virtual`] clock work takes no time, unless an operator says so: see [`cost`]. Then
//! each task has its own time, which runs ahead of the clock's.

mod clocks;
mod cost;
mod tasks;

pub use clocks::{Ticking, Virtual};
pub use cost::cost;
pub use tasks::{Spawned, Tasks};

use crate::support::{assert_balanced, assert_causes_once};
use clocks::Beating;
use futures::FutureExt;
use millstream::env::Env;
use millstream::metrics::Metrics;
use millstream::time::Clock;
use millstream::{Config, Job, Result, Topology};
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// A job under a simulation.
pub struct Simulated {
    pub job: Job,
    seed: u64,
    tasks: Tasks,
}

/// Starts a job, none of whose tasks has run yet.
pub fn start(seed: u64, topology: Topology, config: Config) -> Result<Simulated> {
    start_under(Ticking::default(), None, (seed, topology, config))
}

/// Starts a job that begins an epoch now and then, so many times unless one is still open.
pub fn start_epochs(
    epochs: u64,
    seed: u64,
    topology: Topology,
    config: Config,
) -> Result<Simulated> {
    let clock = Beating { clock: Ticking::default(), left: AtomicU64::new(epochs), seed };
    let config = config.barrier_every(Duration::from_secs(1));
    start_under(clock, None, (seed, topology, config))
}

/// Starts a job by a clock that the test may wait by too.
pub fn start_by(
    clock: &Virtual,
    seed: u64,
    topology: Topology,
    config: Config,
) -> Result<Simulated> {
    start_under(clock.clone(), Some(clock.clone()), (seed, topology, config))
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
    costly: Option<Virtual>,
    (seed, topology, config): (u64, Topology, Config),
) -> Result<Simulated> {
    let spawned = Spawned::default();
    let env = Env::system().seeded(seed).with_spawn(spawned.clone()).with_clock(clock);
    let job = topology.start(config.env(env.clone())).inspect_err(assert_causes_once)?;
    Ok(Simulated { job, seed, tasks: Tasks::by(costly, env, spawned) })
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
            if clock.next().is_none_or(|next| next > time) {
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
