//! What was changed holds over restarts in the process; checkpoints know nothing of it.

use crate::durable::{Upto, config};
use crate::support::{INSTANCES, settled};
use millstream::prelude::*;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

const END: u64 = 4_000;

fn paced(end: u64) -> Upto {
    Upto { end, pause: Some(50) }
}

fn restarts_of(job: &Job) -> u64 {
    job.metrics().checkpoints().map_or(0, |checkpoints| checkpoints.restarts)
}

fn events_out(job: &Job, node: &str) -> u64 {
    job.metrics().node(node).unwrap().total().events_out
}

/// A service that fails once, at the event 1,000.
#[derive(Debug, Default)]
struct Asked {
    failed: AtomicU64,
    in_flight: AtomicUsize,
    /// The most calls at once since it failed.
    most: AtomicUsize,
}

/// A call, which is in flight until it is dropped.
struct Call<'a>(&'a Asked);

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

#[operator(in_flight = 2, order = none)]
async fn asked(number: u64, #[shared] service: &Asked) -> u64 {
    if number == 1_000 && service.failed.fetch_add(1, Ordering::Relaxed) == 0 {
        service.most.store(0, Ordering::Relaxed);
        resume_unwind(Box::new("the service is gone"));
    }
    let at_once = service.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
    service.most.fetch_max(at_once, Ordering::Relaxed);
    let call = Call(service);
    tokio::time::sleep(Duration::from_millis(1)).await;
    drop(call);
    number
}

#[tokio::test(start_paused = true)]
async fn numbers_of_calls_and_paused_sources_stay_as_they_are_over_a_restart() {
    for instances in INSTANCES {
        let (directory, service) = (tempfile::tempdir().unwrap(), Arc::<Asked>::default());
        let topology = topology!(
            job("asking", at_least_once),
            numbers = source(paced(END)),
            others = source(paced(END)),
            asked = numbers >> shuffle >> asked(service.clone()) * instances,
            asked >> ignore,
            others >> ignore,
        );
        let mut job = topology.start(config(&directory)).unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
        job.tune("asked").unwrap().in_flight(17).unwrap();
        job.pause("others").unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
        let before = events_out(&job, "others");
        while events_out(&job, "asked") < END {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(restarts_of(&job), 1);
        assert_eq!(service.most.load(Ordering::Relaxed), 17 * instances);
        assert_eq!(events_out(&job, "others"), before, "it is still paused");
        assert!(before < END && job.metrics().node("others").unwrap().total().paused);
        job.resume("others").unwrap();
        settled(job.wait()).await.unwrap();
    }
}

/// How many events the edge into a sink that takes its time has dropped, over a restart.
async fn dropped_over_a_restart(policy: Option<Overflow>) -> u64 {
    let (directory, service) = (tempfile::tempdir().unwrap(), Arc::<Asked>::default());
    let topology = topology!(
        job("asking", at_least_once),
        numbers = source(Upto { end: END, pause: None }),
        asked = numbers
            >> weaken("old numbers are of no use")
            >> overflow(drop_oldest)
            >> buffer(4)
            >> asked(service.clone()),
        asked >> ignore,
        asked.overflow >> ignore,
    );
    let mut job = topology.start(config(&directory).batch(1)).unwrap();
    if let Some(policy) = policy {
        job.tune("asked").unwrap().overflow(policy).unwrap();
    }
    settled(job.wait()).await.unwrap();
    if policy.is_some() {
        assert_eq!(restarts_of(&job), 1);
    }
    job.metrics().node("asked").unwrap().total().overflow
}

#[tokio::test(start_paused = true)]
async fn a_rate_stays_as_it_is_over_a_restart() {
    let (directory, service) = (tempfile::tempdir().unwrap(), Arc::<Asked>::default());
    let topology = topology!(
        job("asking", at_least_once),
        numbers = source(paced(END)),
        held = numbers >> throttle(10.per_sec()),
        asked = held >> asked(service.clone()).in_flight(64),
        asked >> ignore,
    );
    let begun = crate::awaiting::now();
    let mut job = topology.start(config(&directory)).unwrap();
    job.tune("held").unwrap().rate(1_000.per_sec()).unwrap();
    settled(job.wait()).await.unwrap();
    assert_eq!(restarts_of(&job), 1);
    let took = begun.elapsed().as_secs_f64();
    assert!((3.9..6.0).contains(&took), "{took} s for 4,000 events and those read again");
}

#[tokio::test(start_paused = true)]
async fn an_overflow_policy_stays_as_it_is_over_a_restart() {
    assert!(dropped_over_a_restart(None).await > 1_000);
    assert_eq!(dropped_over_a_restart(Some(Overflow::Block)).await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_job_with_a_paused_source_takes_checkpoints_suspends_and_continues_unpaused() {
    let (directory, rows) = (tempfile::tempdir().unwrap(), Collected::new());
    let topology = || {
        topology!(
            job("rows", at_least_once),
            numbers = source(paced(END)),
            counted = numbers >> by(|_| ()) >> numbered_once,
            counted >> sink(rows.sink()),
        )
    };
    let mut job = topology().start(config(&directory)).unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    job.pause("numbers").unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    let durable = |job: &Job| job.metrics().checkpoints().unwrap().durable;
    let (before, read) = (durable(&job), events_out(&job, "numbers"));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(durable(&job) > before + 5, "{} of {before}", durable(&job));
    assert_eq!(events_out(&job, "numbers"), read);
    settled(job.suspend()).await.unwrap();
    let first = rows.take();
    assert_eq!(first.len() as u64, read, "all that was read, and no more");

    let mut job = topology().start(config(&directory)).unwrap();
    assert!(job.controls().paused().is_empty());
    settled(job.wait()).await.unwrap();
    let all: Vec<_> = first.into_iter().chain(rows.take()).collect();
    assert_eq!(all, (1..=END).collect::<Vec<_>>());
}

/// The number of an event, from 1.
#[operator]
async fn numbered_once(_: u64, count: &mut u64) -> u64 {
    *count += 1;
    *count
}
