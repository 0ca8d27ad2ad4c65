//! What the tests share.

use millstream::metrics::Metrics;
use millstream::prelude::*;
use millstream::{Error, Result};
use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The numbers of instances that everything is tried with.
pub const INSTANCES: [usize; 3] = [1, 2, 4];

/// The batch sizes that everything is tried with: none, odd, and more than there are events.
pub const BATCHES: [usize; 3] = [1, 7, 1_024];

/// Waits, but not for ever: what hangs fails its test. Under a paused clock this is immediate.
pub async fn settled<T>(work: impl Future<Output = T>) -> T {
    match tokio::time::timeout(Duration::from_secs(60), work).await {
        Ok(result) => result,
        Err(_) => panic!("this hangs"),
    }
}

/// Runs a job on tokio, to its end.
pub async fn run(topology: Topology, config: Config) -> Result<Metrics> {
    let mut job = topology.start(config).inspect_err(assert_causes_once)?;
    settled(job.wait()).await.inspect_err(assert_causes_once)?;
    assert_balanced(&job);
    Ok(job.metrics())
}

/// Does so while other threads write to a disk, for which a paused clock does not wait.
pub async fn run_on_disk(topology: Topology, config: Config) -> Result<Metrics> {
    let mut job = topology.start(config).inspect_err(assert_causes_once)?;
    job.wait().await.inspect_err(assert_causes_once)?;
    assert_balanced(&job);
    Ok(job.metrics())
}

/// Checks that a job has ended, and that every event of it is accounted for.
#[track_caller]
pub fn assert_balanced(job: &Job) {
    let audit = job.audit();
    assert!(audit.is_exact(), "the job is not at rest\n{audit}");
    assert!(audit.is_balanced(), "{audit}");
}

/// Checks that no message contains the text of a cause below it, also where all are printed.
#[track_caller]
pub fn assert_causes_once(error: &Error) {
    let mut messages = vec![error.to_string()];
    let mut below = error.source();
    while let Some(cause) = below {
        messages.push(cause.to_string());
        below = cause.source();
    }
    for (at, message) in messages.iter().enumerate() {
        for cause in &messages[at + 1..] {
            assert!(!message.contains(cause), "{cause:?} is a cause, and is in {message:?}");
        }
    }
    for printed in [format!("{error:?}"), format!("{error:#}")] {
        for message in &messages[1..] {
            assert_eq!(printed.matches(message).count(), 1, "{message:?} in {printed}");
        }
    }
}

/// The error of a job that must not start.
pub fn refused(topology: Topology) -> Error {
    match crate::simulation::start(0, topology, Config::default()) {
        Ok(_) => panic!("the job started"),
        Err(error) => error,
    }
}

/// Passes an event on, with the instance that saw it.
#[operator]
pub async fn tagged<T: Send + 'static>(event: T, ctx: &mut Context) -> (T, usize) {
    (event, ctx.instance().index())
}

/// Passes an event on, after others had a turn.
#[operator]
pub async fn awaited<T: Send + 'static>(event: T) -> T {
    tokio::task::yield_now().await;
    event
}

/// The number of an event among those of its key, from 1.
#[operator]
pub async fn numbered<T: Send + 'static>(event: T, count: &mut u64) -> (T, u64) {
    *count += 1;
    (event, *count)
}

/// The same events in one order.
pub fn sorted<T: Ord>(mut events: Vec<T>) -> Vec<T> {
    events.sort();
    events
}

/// How often each value is there.
pub fn counted<T: Ord>(values: impl IntoIterator<Item = T>) -> BTreeMap<T, u64> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

/// Counts what is pulled from an iterator; one that is pulled past `limit` panics, so that a source
/// that nothing holds back fails its test instead of running for ever.
#[derive(Debug, Clone, Default)]
pub struct Pulled(Arc<AtomicU64>);

impl Pulled {
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub fn numbers(&self, limit: u64) -> impl Iterator<Item = u64> + Send + 'static + use<> {
        let pulled = self.clone();
        (0..).inspect(move |number| {
            assert!(*number < limit, "nothing holds the source back");
            pulled.0.fetch_add(1, Ordering::Relaxed);
        })
    }
}

/// A pseudorandom number that follows from `seed` (splitmix64).
pub fn mixed(seed: u64) -> u64 {
    let mut bits = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// What a job gives that might go round in circles without ever giving way.
#[expect(clippy::disallowed_methods, reason = "only another thread can see that this one hangs")]
pub fn finishes<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = std::sync::mpsc::channel();
    drop(std::thread::spawn(move || sender.send(work())));
    match receiver.recv_timeout(Duration::from_secs(10)) {
        Ok(result) => result,
        Err(_) => panic!("{what}: this hangs, or has failed"),
    }
}
