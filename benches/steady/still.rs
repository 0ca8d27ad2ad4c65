//! Deterministic runs.

use millstream::env::Env;
use millstream::metrics::Metrics;
use millstream::prelude::*;
use millstream::time::{Clock, Monotonic};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The apparent duration of a batch, in microseconds.
const STEP: u64 = 20;

/// A clock that advances by [`STEP`] whenever it is read, so that tasks yield after the same number
/// of batches, however slow the machine is.
#[derive(Debug, Default)]
struct Counting(AtomicU64);

impl Clock for Counting {
    fn monotonic(&self) -> Monotonic {
        Monotonic(Duration::from_micros(self.0.fetch_add(STEP, Ordering::Relaxed)))
    }

    fn wall(&self) -> EventTime {
        EventTime::from_millis(0) + self.monotonic().0
    }
}

/// Runs a job to its end on one thread: the same job takes the same steps in the same order.
/// Returns the events received and emitted by its nodes.
///
/// # Errors
/// If the job fails.
pub fn run(topology: Topology) -> millstream::Result<Metrics> {
    run_with(topology, Config::default())
}

/// The same with other settings.
///
/// # Errors
/// If the job fails.
pub fn run_with(topology: Topology, config: Config) -> millstream::Result<Metrics> {
    let env = Env::system().seeded(1).with_clock(Counting::default());
    let config = config.cores(1).env(env);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_time().build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("no tokio runtime: {error}"),
    };
    runtime.block_on(async {
        let mut job = topology.start(config)?;
        job.wait().await?;
        Ok(job.metrics())
    })
}
