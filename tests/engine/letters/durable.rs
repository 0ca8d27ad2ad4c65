//! Letters of durable jobs: none is lost or doubled by a restart, and none restarts a job.

use crate::durable::{Upto, config};
use crate::letters::panics::poison;
use crate::support::{BATCHES, INSTANCES, settled};
use millstream::prelude::*;
use millstream::{ErrorKind, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const END: u64 = 3_000;

/// Whether an event is poison.
fn is_poison(event: u64) -> bool {
    event % 147 == 17
}

/// Counts the events of each key; panics on poison.
#[operator(panics = route)]
async fn counted(event: u64, seen: &mut u64) -> (u64, u64) {
    *seen += 1;
    if is_poison(event) {
        poison("poison");
    }
    (event % 10, *seen)
}

/// The same operator, which nobody has told what to do about it.
#[operator]
async fn counted_blindly(event: u64, seen: &mut u64) -> (u64, u64) {
    *seen += 1;
    if is_poison(event) {
        poison("poison");
    }
    (event % 10, *seen)
}

fn restarts_of(job: &Job) -> u64 {
    job.metrics().checkpoints().map_or(0, |checkpoints| checkpoints.restarts)
}

/// Fails so many times after its input has come so far.
#[operator]
async fn failing_later(event: (u64, u64), #[shared] left: &AtomicU64) -> (u64, u64) {
    let order = Ordering::Relaxed;
    let less = |left: u64| left.checked_sub(1);
    // The count of a key is a measure of how far the job is.
    if event.1 % 120 == 119 && left.fetch_update(order, order, less).is_ok() {
        poison("another fault");
    }
    event
}

fn routed(folder: &Path, faults: u64, instances: usize) -> Topology {
    let left = Arc::new(AtomicU64::new(faults));
    topology!(
        job("routed", exactly_once),
        numbers = source(Upto { end: END, pause: Some(50) }),
        counts = numbers >> by(|number| number % 10) >> counted * instances,
        rows = counts >> failing_later(left) >> sink(jsonl_file(folder.join("rows"))),
        dead = counts.errors >> dead_letters(folder.join("dead")),
    )
}

fn events_of(letters: &Path) -> Vec<u64> {
    let letters = fs::read_to_string(letters).unwrap();
    let event = |line: &str| serde_json::from_str::<DeadLetter<u64>>(line).unwrap().event;
    letters.lines().map(event).collect()
}

/// Checks that each good event was counted once, and that each bad one is a letter, once.
fn check(folder: &Path) {
    let mut letters = events_of(&folder.join("dead"));
    letters.sort();
    assert_eq!(letters, (0..END).filter(|n| is_poison(*n)).collect::<Vec<_>>());
    let rows = fs::read_to_string(folder.join("rows")).unwrap();
    let mut counts = BTreeMap::<u64, Vec<u64>>::new();
    for line in rows.lines() {
        let (key, count): (u64, u64) = serde_json::from_str(line).unwrap();
        counts.entry(key).or_default().push(count);
    }
    for (key, mut counts) in counts {
        counts.sort();
        let good = (0..END).filter(|n| n % 10 == key && !is_poison(*n)).count() as u64;
        assert_eq!(counts, (1..=good).collect::<Vec<_>>(), "key {key}");
    }
}

#[tokio::test(start_paused = true)]
async fn letters_are_there_once_each_after_restarts_for_other_reasons() {
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let (directory, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let config = config(&directory).batch(batch);
        let mut job = routed(folder.path(), 2, instances).start(config).unwrap();
        settled(job.wait()).await.unwrap();
        assert_eq!(restarts_of(&job), 2);
        check(folder.path());
    }
}

#[tokio::test(start_paused = true)]
async fn letters_are_there_once_each_after_the_job_was_aborted_and_started_again() {
    let (directory, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for instances in INSTANCES {
        let mut job = routed(folder.path(), 0, instances).start(config(&directory)).unwrap();
        tokio::time::sleep(16.millis()).await;
        job.abort();
        assert_eq!(settled(job.wait()).await.unwrap_err().kind(), ErrorKind::Aborted);
    }
    settled(routed(folder.path(), 0, 2).run(config(&directory))).await.unwrap();
    check(folder.path());
}

#[tokio::test(start_paused = true)]
async fn poison_that_is_routed_restarts_nothing() {
    let (directory, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut job = routed(folder.path(), 0, 1).start(config(&directory)).unwrap();
    settled(job.wait()).await.unwrap();
    assert_eq!(restarts_of(&job), 0);
    let total = job.metrics().node("counts").unwrap().total();
    let poison = (0..END).filter(|event| is_poison(*event)).count() as u64;
    assert_eq!((total.events_in, total.errors), (END, poison));
    check(folder.path());
}

#[tokio::test(start_paused = true)]
async fn poison_that_is_not_routed_ends_the_job_after_three_attempts() -> Result<()> {
    let directory = tempfile::tempdir().unwrap();
    let topology = topology!(
        job("blind", at_least_once),
        numbers = source(Upto { end: END, pause: Some(50) }),
        counts = numbers >> by(|number| number % 10) >> counted_blindly,
        counts >> ignore,
    );
    let mut job = topology.start(config(&directory))?;
    let error = settled(job.wait()).await.unwrap_err();
    assert_eq!((error.kind(), error.node()), (ErrorKind::Panic, Some("counts")));
    assert!((2..=3).contains(&restarts_of(&job)), "{}", restarts_of(&job));
    Ok(())
}
