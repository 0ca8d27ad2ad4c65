//! Jobs that read a channel through a journal.

use crate::journal::AtOnce;
use crate::support::{BATCHES, INSTANCES, settled};
use millstream::env::Env;
use millstream::prelude::*;
use millstream::{Error, ErrorKind};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::{self, Receiver};

type Rows = Collected<(u64, u64, u64)>;

#[operator]
async fn tally(number: u64, seen: &mut (u64, u64)) -> (u64, u64, u64) {
    if number == u64::MAX {
        std::panic::resume_unwind(Box::new("the power of this one is gone"));
    }
    *seen = (seen.0 + 1, seen.1 + number);
    (number % 10, seen.0, seen.1)
}

fn job(folder: &Path, receiver: Receiver<u64>, rows: &Rows, instances: usize) -> Topology {
    topology!(
        job("journaled", at_least_once),
        numbers = source(from_channel(receiver).journaled(folder.join("journal"))),
        numbers >> by(|number| number % 10) >> tally * instances >> sink(rows.sink()),
    )
}

fn config(folder: &Path) -> Config {
    let env = Env::system().with_spawn(AtOnce);
    let config = Config::default().env(env).checkpoints(folder.join("checkpoints"));
    config.checkpoint_every(Duration::from_millis(10))
}

/// The last count and sum of each key.
fn last(rows: Vec<(u64, u64, u64)>) -> BTreeMap<u64, (u64, u64)> {
    rows.into_iter().map(|(key, count, sum)| (key, (count, sum))).collect()
}

fn expected(end: u64) -> BTreeMap<u64, (u64, u64)> {
    let mut expected = BTreeMap::<u64, (u64, u64)>::new();
    for number in 0..end {
        let (count, sum) = expected.entry(number % 10).or_default();
        (*count, *sum) = (*count + 1, *sum + number);
    }
    expected
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_aborted_continues_with_what_the_channel_had_sent() {
    for (instances, batch) in INSTANCES.into_iter().zip(BATCHES) {
        let (folder, rows) = (tempfile::tempdir().unwrap(), Rows::new());
        let mut next = 0;
        for stop in 0..4 {
            let (sender, receiver) = mpsc::channel(10);
            let topology = job(folder.path(), receiver, &rows, instances);
            let mut job = topology.start(config(folder.path()).batch(batch)).unwrap();
            for _ in 0..60 {
                sender.send(next).await.unwrap();
                next += 1;
                tokio::time::sleep(Duration::from_micros(300)).await;
            }
            settled(sender.reserve_many(10)).await.unwrap();
            tokio::time::sleep(Duration::from_millis(1)).await;
            match stop {
                0 | 2 => job.abort(),
                1 => settled(job.suspend()).await.unwrap(),
                _ => drop(sender),
            }
            let ended = settled(job.wait()).await;
            assert_eq!(ended.is_err(), stop == 0 || stop == 2, "{ended:?}");
        }
        assert_eq!(last(rows.take()), expected(240), "{instances} instances");
    }
}

#[operator]
async fn fails_once(number: u64) -> u64 {
    static HAS_FAILED: AtomicBool = AtomicBool::new(false);
    if number == 50 && !HAS_FAILED.swap(true, Ordering::Relaxed) {
        std::panic::resume_unwind(Box::new("once"));
    }
    number
}

#[tokio::test(start_paused = true)]
async fn a_job_restarts_in_its_process_with_the_same_channel() {
    let (folder, rows) = (tempfile::tempdir().unwrap(), Rows::new());
    let (sender, receiver) = mpsc::channel(10);
    let topology = topology!(
        job("journaled", at_least_once),
        numbers = source(from_channel(receiver).journaled(folder.path().join("journal"))),
        sound = numbers >> fails_once,
        sound >> by(|number| number % 10) >> tally * 2 >> sink(rows.sink()),
    );
    let mut job = topology.start(config(folder.path())).unwrap();
    for number in 0..100 {
        sender.send(number).await.unwrap();
        tokio::time::sleep(Duration::from_micros(300)).await;
    }
    drop(sender);
    settled(job.wait()).await.unwrap();
    crate::support::assert_balanced(&job);
    assert_eq!(job.metrics().checkpoints().unwrap().restarts, 1);
    assert_eq!(last(rows.take()), expected(100));
}

#[tokio::test(start_paused = true)]
async fn a_drained_job_emits_all_that_was_sent() {
    let (folder, rows) = (tempfile::tempdir().unwrap(), Rows::new());
    let (sender, receiver) = mpsc::channel(500);
    let mut job = job(folder.path(), receiver, &rows, 2).start(config(folder.path())).unwrap();
    (0..500).for_each(|number| sender.try_send(number).unwrap());
    settled(job.drain()).await.unwrap();
    crate::support::assert_balanced(&job);
    assert!(sender.is_closed());
    assert_eq!(last(rows.take()), expected(500));
}

#[tokio::test]
async fn a_builder_and_a_stream_have_journals_too() {
    let (folder, rows) = (tempfile::tempdir().unwrap(), Collected::new());
    for _ in 0..2 {
        let job = Builder::new("journaled").delivery(at_least_once);
        let stream = futures::stream::iter([1_u64, 2]);
        let numbers = job.source(stream.journaled(folder.path().join("journal")));
        numbers.named("numbers").sink(rows.sink());
        let config = Config::default().checkpoints(folder.path().join("checkpoints"));
        crate::support::run(job.build(), config).await.unwrap();
    }
    assert_eq!(rows.take(), [1, 2, 1, 2], "a stream that is made again has new events");
}

fn refused(topology: Topology, folder: &Path) -> Error {
    let config = Config::default().checkpoints(folder.join("checkpoints"));
    topology.start(config).expect_err("the job starts")
}

#[tokio::test]
async fn a_journal_that_is_of_no_use_or_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let numbers = || from_iter(0..3_u64);
    let error = refused(
        topology!(numbers = source(numbers().journaled(folder.join("a"))), numbers >> ignore),
        folder,
    );
    assert_eq!(error.kind(), ErrorKind::Config);
    let expected = "source `numbers`: a journal is of use only with checkpoints, and \
                    `at_most_once` has none: no event would be read from it again, and nothing \
                    removed; promise `at_least_once`, or leave out `.journaled(…)`";
    assert_eq!(error.to_string(), expected);
    assert!(!folder.join("a").exists());

    let error = refused(
        topology!(
            job("twice", at_least_once),
            one = source(numbers().journaled(folder.join("b"))),
            other = source(numbers().journaled(folder.join(".").join("b"))),
            [one, other] >> ignore,
        ),
        folder,
    );
    assert!(error.to_string().contains("`one` and `other` both keep a journal in"), "{error}");

    std::fs::write(folder.join("file"), "").unwrap();
    let error = refused(
        topology!(
            job("on a file", at_least_once),
            numbers = source(numbers().journaled(folder.join("file"))),
            numbers >> ignore,
        ),
        folder,
    );
    assert_eq!((error.kind(), error.node()), (ErrorKind::Source, Some("numbers")));
    assert!(error.to_string().contains("cannot create the journal in"), "{error}");
}
