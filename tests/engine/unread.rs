//! Under `app | head` the reader of a text sink goes away. Then the job drains and ends well.

use crate::support::{run, settled};
use millstream::env::{Env, Files};
use millstream::prelude::*;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Files that are pipes: their reader leaves after some bytes.
#[derive(Debug)]
struct Pipes;

#[derive(Debug)]
struct Pipe(usize);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let written = bytes.len().min(self.0);
        self.0 -= written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Files for Pipes {
    fn open(&self, _: &Path) -> io::Result<Box<dyn Read + Send>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn create(&self, _: &Path) -> io::Result<Box<dyn Write + Send>> {
        Ok(Box::new(Pipe(100_000)))
    }
}

/// An endless source for a sink, with a second sink that goes on reading.
async fn ends_well(sink: impl Sink<(u64, String)>) {
    let all = Arc::new(AtomicBool::new(true));
    let expected = Arc::clone(&all);
    let mut next = 0;
    let topology = topology!(
        numbers = source(from_iter(0_u64..)),
        numbers >> map(|n| (n, "a line of some length".to_owned())) >> sink(sink),
        numbers
            >> sink(for_each(move |n| {
                if n != next {
                    expected.store(false, Ordering::Relaxed);
                }
                next += 1;
            })),
    );
    let env = Env::system().with_files(Pipes);
    let metrics = run(topology, Config::default().env(env)).await.unwrap();
    assert!(all.load(Ordering::Relaxed), "the other sink has missed events");
    assert!(metrics.node("numbers").unwrap().total().events_out > 1_000, "{metrics}");
}

#[tokio::test]
async fn a_file_sink_whose_reader_is_gone_drains_the_job() {
    ends_well(jsonl_file("out.jsonl").replace()).await;
    ends_well(csv_file("out.csv").replace()).await;
}

#[tokio::test]
async fn events_that_find_no_reader_are_counted_as_dropped() {
    let topology = topology!(
        out = source(from_iter(0_u64..100_000)) >> sink(jsonl_file("out.jsonl").replace()),
    );
    let env = Env::system().with_files(Pipes);
    let metrics = run(topology, Config::default().env(env)).await.unwrap();
    let out = metrics.node("out").unwrap().total();
    assert!(out.dropped > 0 && out.dropped < out.events_in, "{metrics}");
}

/// Runs in a process of its own, see below.
#[tokio::test]
#[ignore = "prints for ever; the next test runs it"]
async fn endless_lines() {
    let topology = topology!(source(from_iter(0_u64..)) >> sink(stdout_lines()));
    let ended = settled(topology.run(Config::default())).await;
    std::process::exit(if ended.is_ok() { 0 } else { 7 });
}

/// The same with checkpoints.
#[tokio::test]
#[ignore = "prints for ever; the next test runs it"]
async fn endless_durable_lines() {
    let directory = tempfile::tempdir().unwrap();
    let topology = topology!(
        job("lines", at_least_once),
        numbers = source(from_iter_again(0_u64..)),
        numbers >> sink(stdout_lines()),
    );
    let config = Config::default().checkpoints(directory.path()).checkpoint_every(5.millis());
    let ended = settled(topology.run(config)).await;
    drop(directory);
    std::process::exit(if ended.is_ok() { 0 } else { 7 });
}

#[test]
fn a_job_that_prints_for_head_ends_with_success_and_says_nothing() {
    prints_for_head("unread::endless_lines");
}

#[test]
fn a_job_with_checkpoints_that_prints_for_head_ends_with_success() {
    prints_for_head("unread::endless_durable_lines");
}

fn prints_for_head(job: &str) {
    let mut job = Command::new(std::env::current_exe().unwrap())
        .args([job, "--exact", "--ignored", "--nocapture"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(job.stdout.take().unwrap()).lines();
    assert!(lines.take(10).any(|line| line.unwrap() == "1"));
    let ended = job.wait_with_output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
}
