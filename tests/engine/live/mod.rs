//! What a job does right now: phases of tasks, rates, fills, watermarks, keys, calls, states.

mod calls;
mod edges;
mod event_time;
mod keys;
mod phases;
mod restarts;
mod saved;
mod states;
mod totals;

use crate::simulation::{Simulated, Virtual};
use futures::{FutureExt, StreamExt};
use millstream::job::Watch;
use millstream::metrics::{LiveInstance, LiveMetrics, LiveNode, PhaseShares, Share};
use millstream::prelude::*;
use millstream::time::Clock;
use std::sync::Arc;
use std::time::Duration;

/// What is seen of a job whose clock the test moves.
struct Seen {
    job: Simulated,
    clock: Virtual,
    watch: Watch,
}

impl Seen {
    fn start(clock: &Virtual, seed: u64, topology: Topology, config: Config) -> Self {
        let job = crate::simulation::start_by(clock, seed, topology, config).unwrap();
        let watch = job.job.watch();
        Self { job, clock: clock.clone(), watch }
    }

    /// Runs until a time, and returns what was seen last.
    #[track_caller]
    fn at(&mut self, seconds: u64) -> Arc<LiveMetrics> {
        let before = self.watch.latest().uptime;
        self.job.work_until(&self.clock, Duration::from_secs(seconds));
        let live = self.watch.latest();
        assert!(live.uptime > before, "nothing new was seen: {live}");
        assert_whole(&live);
        live
    }

    /// The next that the watch yields, if it does.
    fn next(&mut self) -> Option<Option<Arc<LiveMetrics>>> {
        self.watch.next().now_or_never()
    }
}

#[track_caller]
fn node<'a>(live: &'a LiveMetrics, name: &str) -> &'a LiveNode {
    live.node(name).unwrap_or_else(|| panic!("there is no node `{name}`:\n{live}"))
}

/// The only instance of a node.
#[track_caller]
fn only<'a>(live: &'a LiveMetrics, name: &str) -> &'a LiveInstance {
    let [instance] = node(live, name).instances.as_slice() else {
        panic!("`{name}` has not one instance:\n{live}")
    };
    instance
}

/// Whether a share is this, to a hundredth.
#[track_caller]
fn assert_share(share: Share, expected: f64, live: &LiveMetrics) {
    assert!((share.0 - expected).abs() < 0.011, "{share}, not {expected}\n{live}");
}

/// The phases of every task of a job add up to all of its time.
#[track_caller]
fn assert_whole(live: &LiveMetrics) {
    for node in &live.nodes {
        for PhaseShares { busy, awaiting, blocked, idle } in
            node.instances.iter().map(|one| one.phases)
        {
            let sum = busy.0 + awaiting.0 + blocked.0 + idle.0;
            assert!((sum - 1.0).abs() < 1e-9, "{}: {sum}\n{live}", node.name);
        }
    }
}

/// Work and calls that take time, by the clock of the test.
#[derive(Clone)]
struct Pace {
    clock: Virtual,
    time: Duration,
}

impl Pace {
    fn of(clock: &Virtual, time: Duration) -> Arc<Self> {
        Arc::new(Self { clock: clock.clone(), time })
    }
}

/// Computes for some time.
#[operator]
async fn computed(number: u64, #[shared] pace: &Pace) -> u64 {
    pace.clock.pass(pace.time);
    number
}

/// Calls something that takes some time, one call at a time.
#[operator]
async fn called(number: u64, #[shared] pace: &Pace) -> u64 {
    pace.clock.sleep(pace.time).await;
    number
}

/// The same, with more calls in flight than there are events.
#[operator(in_flight = 64)]
async fn called_at_once(number: u64, #[shared] pace: &Pace) -> u64 {
    pace.clock.sleep(pace.time).await;
    number
}

/// An event at every interval: its number is that of its millisecond.
fn ticks(interval: Duration) -> impl Source<EventTime> {
    every(interval)
}

/// The number of a tick.
fn number(tick: EventTime) -> u64 {
    tick.as_micros().unsigned_abs() / 1_000
}
